using System.Collections.Concurrent;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// The end of a lane: sends its signals and rejects; when the broker has them saves the lane's state that was captured
/// behind them, and reports the records as done. So a snapshot never stands for signals that nobody got.
/// </summary>
/// <param name="save">Saves a captured state, given the end of what is known to be published of the lane.</param>
/// <param name="readOn">
/// Recalls what is published of the lane from an offset on, and gives the offset up to which it came; the same where it can't now.
/// </param>
internal sealed class SignalPublisher(
    IRecordSender sender,
    Action<CapturedState, long> save,
    Func<long, CancellationToken, long> readOn,
    LaneDiagnostics diagnostics
)
{
    private readonly ConcurrentQueue<PartitionOffset> _done = new();
    private long _ownEnd;

    /// <summary>
    /// Offset behind the newest signal of the lane's partition before which this lane knows all; to be set before anything is published.
    /// </summary>
    public long PublishedEnd { get; set; }

    public async ValueTask PublishAsync(EncodedBatch batch, CancellationToken stop)
    {
        var rejects = batch.Records.Where(record => record.Topic == Topics.Rejects).ToList();
        var sent = await sender.SendAsync([.. batch.Records.Where(record => record.Topic != Topics.Rejects)], stop);
        await Rejects.SendAsync(sender, rejects, diagnostics, stop);
        foreach (var signals in sent.Where(offset => offset.Topic == Topics.Signals))
            Advance(signals.NextOffset, batch.Records.Count(record => record.Topic == Topics.Signals));
        if (batch.Captured is { } captured)
        {
            if (PublishedEnd < _ownEnd)
                PublishedEnd = readOn(PublishedEnd, stop);
            save(captured, PublishedEnd);
        }
        foreach (var offset in Offsets.After(batch.Input.Records))
            _done.Enqueue(offset);
        batch.Input.Owner?.Dispose();
        diagnostics.SignalsPublished(batch.Signals.Count);
    }

    /// <summary>Offsets up to which everything is done, since the last call.</summary>
    public IReadOnlyCollection<PartitionOffset> TakeDone() => Offsets.Drain(_done);

    /// <summary>
    /// Not where somebody else has published in between: that has to be read first. Until then the end stays, or every later
    /// snapshot would stand for what nobody here has heard of; and it doesn't stay for ever, or each later start would read all of
    /// this life again.
    /// </summary>
    private void Advance(long end, int count)
    {
        _ownEnd = end;
        if (end == PublishedEnd + count)
            PublishedEnd = end;
    }
}
