using CanaryStreams.Engine.Supervision;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// Sends what the journal holds of a partition beyond the mark, in its order, and moves the mark when the broker has
/// acknowledged. A crash in between sends the same records again, with the same ids.
/// </summary>
internal sealed class OutboxPublisher(Outbox outbox, IRecordSender sender, LaneDiagnostics diagnostics)
{
    private const int EventsMax = 500;

    public async Task PublishAsync(CancellationToken stop)
    {
        while (true)
        {
            var from = outbox.Published;
            var due = outbox.Read(from, EventsMax);
            foreach (var corrupt in due.Corrupt)
                diagnostics.Corrupt(corrupt);
            diagnostics.Pending(due.Events.Count);
            if (due.UpTo == from)
                return;
            if (due.Records.Count > 0)
                await sender.SendAsync(due.Records, stop);
            outbox.MarkPublished(due.UpTo);
            diagnostics.Published(due.Records, due.Events);
        }
    }
}
