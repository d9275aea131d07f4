using System.Diagnostics;

namespace CanaryStreams.Engine.Journal;

/// <summary>
/// Waits for a journal that is away: a call that finds it unavailable is made again until it works, so that whoever decides on
/// top of it stands still meanwhile, holding what it was about to write. An append that failed may have been written all the
/// same (the answer got lost); then it is found in the journal and not written twice.
/// </summary>
public sealed class PatientJournal(IJournal journal, IJournalWatch watch) : IJournal
{
    public Claim Claim(int partition, string owner) => Try(() => journal.Claim(partition, owner));

    public string? OwnerOf(int partition) => Try(() => journal.OwnerOf(partition));

    public AppendResult Append(Claim claim, IReadOnlyList<StreamAppend> appends)
    {
        var attempts = 0;
        var result = Try(() =>
        {
            attempts++;
            var began = Stopwatch.GetTimestamp();
            var appended = journal.Append(claim, appends);
            watch.OnAppended(appended, appends, Stopwatch.GetElapsedTime(began));
            return appended;
        });
        // Under one claim nobody else writes, so what stands in the way is this same append.
        return attempts > 1 && result.Conflicts.Count > 0 && appends.All(IsWritten) ? AppendResult.Appended : result;
    }

    public IReadOnlyList<RecordedEvent> Read(string stream, long fromVersion = 1) =>
        Try(() => journal.Read(stream, fromVersion));

    public IReadOnlyList<OpenStream> ReadOpen(int partition) => Try(() => journal.ReadOpen(partition));

    public IReadOnlyList<StreamInfo> Streams(string prefix = "", string? after = null, int max = int.MaxValue) =>
        Try(() => journal.Streams(prefix, after, max));

    public OutboxPage ReadOutbox(int partition, long afterPosition, int max) =>
        Try(() => journal.ReadOutbox(partition, afterPosition, max));

    public long PublishedPosition(int partition) => Try(() => journal.PublishedPosition(partition));

    public void MarkPublished(int partition, long position) =>
        Try(() =>
        {
            journal.MarkPublished(partition, position);
            return true;
        });

    public int Archive(Claim claim, DateTimeOffset closedBefore, int max) =>
        Try(() => journal.Archive(claim, closedBefore, max));

    public IReadOnlyList<ArchivedStream> ReadArchive(string prefix, string? after, int max) =>
        Try(() => journal.ReadArchive(prefix, after, max));

    public int DropArchived(Claim claim, DateTimeOffset closedBefore, int max) =>
        Try(() => journal.DropArchived(claim, closedBefore, max));

    public void Dispose() => journal.Dispose();

    private bool IsWritten(StreamAppend append)
    {
        var written = Read(append.Stream, append.ExpectedVersion + 1);
        return written.Count >= append.Events.Count
            && append
                .Events.Zip(written)
                .All(pair =>
                    pair.First.Type == pair.Second.Type
                    && pair.First.Payload.Span.SequenceEqual(pair.Second.Payload.Span)
                );
    }

    private T Try<T>(Func<T> call)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var result = call();
                if (attempt > 1)
                    watch.OnBack();
                return result;
            }
            catch (JournalUnavailableException away)
            {
                watch.WaitFor(away, attempt);
            }
        }
    }
}
