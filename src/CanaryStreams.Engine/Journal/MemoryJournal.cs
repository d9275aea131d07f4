namespace CanaryStreams.Engine.Journal;

/// <summary>A journal that lives as long as its process: for replays and tests.</summary>
public sealed class MemoryJournal : IJournal
{
    private readonly List<RecordedEvent> _all = [];
    private readonly List<string> _order = [];
    private readonly Dictionary<string, Stream> _streams = [];
    private readonly Dictionary<string, Stream> _archive = [];
    private readonly Dictionary<int, Partition> _partitions = [];
    private long _position;

    public Claim Claim(int partition, string owner)
    {
        var held = PartitionOf(partition);
        held.Owner = owner;
        return new Claim(partition, ++held.Claim);
    }

    public string? OwnerOf(int partition) => _partitions.GetValueOrDefault(partition)?.Owner;

    public AppendResult Append(Claim claim, IReadOnlyList<StreamAppend> appends)
    {
        if (!Holds(claim))
            return AppendResult.Fenced;
        var written = new Dictionary<string, long>();
        var conflicts = new List<string>();
        foreach (var append in appends)
        {
            var version = written.GetValueOrDefault(append.Stream, VersionOf(append.Stream));
            if (version != append.ExpectedVersion && !conflicts.Contains(append.Stream))
                conflicts.Add(append.Stream);
            written[append.Stream] = version + append.Events.Count;
        }
        if (conflicts.Count > 0)
            return new AppendResult(conflicts);
        foreach (var append in appends)
            Add(claim.Partition, append);
        return AppendResult.Appended;
    }

    public IReadOnlyList<RecordedEvent> Read(string stream, long fromVersion = 1) =>
        (_streams.GetValueOrDefault(stream) ?? _archive.GetValueOrDefault(stream)) is { } found
            ? [.. found.Events.Skip((int)Math.Max(0, fromVersion - 1))]
            : [];

    public IReadOnlyList<OpenStream> ReadOpen(int partition) =>
        [
            .. _order
                .Select(name => (Name: name, Stream: _streams[name]))
                .Where(one => one.Stream.Partition == partition && one.Stream.ClosedAt is null)
                .Select(one => new OpenStream(
                    one.Name,
                    one.Stream.Snapshot,
                    one.Stream.SnapshotVersion,
                    [.. one.Stream.Events.Skip((int)one.Stream.SnapshotVersion)],
                    null
                )),
        ];

    public IReadOnlyList<StreamInfo> Streams(string prefix = "", string? after = null, int max = int.MaxValue) =>
        [
            .. _order
                .Skip(after is null ? 0 : _order.IndexOf(after) + 1)
                .Where(stream => stream.StartsWith(prefix, StringComparison.Ordinal))
                .Take(max)
                .Select(stream => new StreamInfo(stream, VersionOf(stream))),
        ];

    public OutboxPage ReadOutbox(int partition, long afterPosition, int max)
    {
        // Positions are in order: the first one behind is found by halving.
        var (low, high) = (0, _all.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _all[middle].Position > afterPosition ? (low, middle) : (middle + 1, high);
        }
        var page = _all.Skip(low).Where(e => _streams[e.Stream].Partition == partition).Take(max).ToList();
        return new OutboxPage(page, [], page.Count == 0 ? afterPosition : page[^1].Position);
    }

    public long PublishedPosition(int partition) => _partitions.GetValueOrDefault(partition)?.Published ?? 0;

    public void MarkPublished(int partition, long position)
    {
        var marked = PartitionOf(partition);
        marked.Published = Math.Max(marked.Published, position);
    }

    public int Archive(Claim claim, DateTimeOffset closedBefore, int max)
    {
        var published = PublishedPosition(claim.Partition);
        var due = _order
            .Where(name => _streams[name].IsClosed(claim.Partition, closedBefore))
            .Where(name => _streams[name].Events[^1].Position <= published)
            .Take(Holds(claim) ? max : 0)
            .ToList();
        foreach (var name in due)
        {
            _archive[name] = _streams[name];
            _all.RemoveAll(e => e.Stream == name);
            _streams.Remove(name);
            _order.Remove(name);
        }
        return due.Count;
    }

    public IReadOnlyList<ArchivedStream> ReadArchive(string prefix, string? after, int max) =>
        [
            .. _archive
                .Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Where(name => after is null || string.CompareOrdinal(name, after) > 0)
                .Order(StringComparer.Ordinal)
                .Take(max)
                .Select(name => new ArchivedStream(name, [.. _archive[name].Events], null)),
        ];

    public int DropArchived(Claim claim, DateTimeOffset closedBefore, int max)
    {
        var due = _archive
            .Where(one => one.Value.IsClosed(claim.Partition, closedBefore))
            .Take(Holds(claim) ? max : 0)
            .Select(one => one.Key)
            .ToList();
        due.ForEach(name => _archive.Remove(name));
        return due.Count;
    }

    public void Dispose() { }

    private bool Holds(Claim claim) => PartitionOf(claim.Partition).Claim == claim.Number;

    private Partition PartitionOf(int partition)
    {
        if (!_partitions.TryGetValue(partition, out var found))
            _partitions[partition] = found = new Partition();
        return found;
    }

    private long VersionOf(string stream) =>
        (_streams.GetValueOrDefault(stream) ?? _archive.GetValueOrDefault(stream))?.Events.Count ?? 0;

    private void Add(int partition, StreamAppend append)
    {
        if (!_streams.TryGetValue(append.Stream, out var stream))
        {
            if (!_archive.Remove(append.Stream, out stream))
                stream = new Stream(partition);
            _streams[append.Stream] = stream;
            _order.Add(append.Stream);
        }
        foreach (var added in append.Events)
        {
            var version = stream.Events.Count + 1;
            var recorded = new RecordedEvent(++_position, append.Stream, version, added.Type, added.Payload.ToArray());
            stream.Events.Add(recorded);
            _all.Add(recorded);
        }
        stream.ClosedAt = append.ClosedAt;
        if (append.Snapshot is { } snapshot)
            (stream.Snapshot, stream.SnapshotVersion) = (snapshot.ToArray(), stream.Events.Count);
    }

    private sealed class Stream(int partition)
    {
        public int Partition { get; } = partition;
        public List<RecordedEvent> Events { get; } = [];
        public DateTimeOffset? ClosedAt { get; set; }
        public ReadOnlyMemory<byte>? Snapshot { get; set; }
        public long SnapshotVersion { get; set; }

        public bool IsClosed(int partition, DateTimeOffset before) => Partition == partition && ClosedAt < before;
    }

    private sealed class Partition
    {
        public long Claim { get; set; }
        public string? Owner { get; set; }
        public long Published { get; set; }
    }
}
