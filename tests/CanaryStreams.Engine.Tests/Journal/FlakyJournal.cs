using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Tests.Journal;

/// <summary>A journal in memory that is away when told: before it does what it is asked, or before it answers.</summary>
internal sealed class FlakyJournal : IJournal
{
    private int _before;
    private int _behind;
    private Action? _meanwhile;

    public MemoryJournal Inner { get; } = new();

    /// <summary>What somebody else does right after streams have been listed.</summary>
    public Action? BehindStreams { get; set; }

    /// <param name="before">Calls that fail without effect.</param>
    /// <param name="behind">Calls after those that take effect and fail.</param>
    /// <param name="meanwhile">What somebody else does at the first failure.</param>
    public void FailNext(int before = 0, int behind = 0, Action? meanwhile = null) =>
        (_before, _behind, _meanwhile) = (before, behind, meanwhile);

    public Claim Claim(int partition, string owner) => Do(() => Inner.Claim(partition, owner));

    public string? OwnerOf(int partition) => Do(() => Inner.OwnerOf(partition));

    public AppendResult Append(Claim claim, IReadOnlyList<StreamAppend> appends) =>
        Do(() => Inner.Append(claim, appends));

    public IReadOnlyList<RecordedEvent> Read(string stream, long fromVersion = 1) =>
        Do(() => Inner.Read(stream, fromVersion));

    public IReadOnlyList<OpenStream> ReadOpen(int partition) => Do(() => Inner.ReadOpen(partition));

    public IReadOnlyList<StreamInfo> Streams(string prefix = "", string? after = null, int max = int.MaxValue) =>
        Do(() =>
        {
            var page = Inner.Streams(prefix, after, max);
            BehindStreams?.Invoke();
            return page;
        });

    public OutboxPage ReadOutbox(int partition, long afterPosition, int max) =>
        Do(() => Inner.ReadOutbox(partition, afterPosition, max));

    public long PublishedPosition(int partition) => Do(() => Inner.PublishedPosition(partition));

    public void MarkPublished(int partition, long position) =>
        Do(() =>
        {
            Inner.MarkPublished(partition, position);
            return true;
        });

    public int Archive(Claim claim, DateTimeOffset closedBefore, int max) =>
        Do(() => Inner.Archive(claim, closedBefore, max));

    public IReadOnlyList<ArchivedStream> ReadArchive(string prefix, string? after, int max) =>
        Do(() => Inner.ReadArchive(prefix, after, max));

    public int DropArchived(Claim claim, DateTimeOffset closedBefore, int max) =>
        Do(() => Inner.DropArchived(claim, closedBefore, max));

    public void Dispose() => Inner.Dispose();

    private T Do<T>(Func<T> call)
    {
        if (_before > 0)
        {
            _before--;
            _meanwhile?.Invoke();
            _meanwhile = null;
            throw new JournalUnavailableException("it is away");
        }
        var result = call();
        if (_behind == 0)
            return result;
        _behind--;
        throw new JournalUnavailableException("its answer got lost");
    }
}
