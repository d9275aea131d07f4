using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// Sends rejects and counts them, each for itself: the bytes of one may be too large for the rejects' own topic or for the producer. It
/// goes without them then, and the others are not sent twice for its sake.
/// </summary>
internal static class Rejects
{
    public static async Task SendAsync(
        IRecordSender sender,
        IReadOnlyCollection<OutputRecord> rejects,
        LaneDiagnostics diagnostics,
        CancellationToken stop
    )
    {
        await Task.WhenAll([.. rejects.Select(reject => SendAsync(sender, reject, stop))]);
        diagnostics.Rejected(rejects);
    }

    private static async Task SendAsync(IRecordSender sender, OutputRecord reject, CancellationToken stop)
    {
        try
        {
            await sender.SendAsync([reject], stop);
        }
        catch (RecordTooLargeException)
        {
            await sender.SendAsync([RejectRecord.WithoutBytes(reject)], stop);
        }
    }
}
