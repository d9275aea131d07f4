using CanaryStreams.Engine.Journal;
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

    /// <returns>Events that can't be read, each once: nothing of their rollouts behind them is sent.</returns>
    public async Task<IReadOnlyList<JournalCorruptException>> PublishAsync(CancellationToken stop)
    {
        var found = new List<JournalCorruptException>();
        while (true)
        {
            var from = outbox.Published;
            var due = outbox.Read(from, EventsMax);
            foreach (var corrupt in due.Corrupt)
                diagnostics.Corrupt(corrupt);
            found.AddRange(due.Corrupt);
            diagnostics.Pending(due.Events.Count);
            if (due.UpTo == from)
                return found;
            if (due.Records.Count > 0)
                await sender.SendAsync(due.Records, stop);
            outbox.MarkPublished(due.UpTo);
            diagnostics.Published(due.Records, due.Events);
        }
    }
}
