namespace CanaryStreams.Engine.Journal;

/// <summary>A journal that lives as long as its process: for replays and tests.</summary>
public sealed class MemoryJournal : IJournal
{
    private readonly List<RecordedEvent> _all = [];
    private readonly List<string> _order = [];
    private readonly Dictionary<string, List<RecordedEvent>> _streams = [];
    private readonly Dictionary<string, byte[]> _checkpoints = [];
    private long _published;

    public AppendResult Append(IReadOnlyList<StreamAppend> appends)
    {
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
        {
            foreach (var added in append.Events)
                Add(append.Stream, added);
        }
        return AppendResult.Appended;
    }

    public IReadOnlyList<RecordedEvent> Read(string stream, long fromVersion = 1) =>
        _streams.TryGetValue(stream, out var events) ? [.. events.Skip((int)Math.Max(0, fromVersion - 1))] : [];

    public IReadOnlyList<StreamInfo> Streams(string prefix = "") =>
        [
            .. _order
                .Where(stream => stream.StartsWith(prefix, StringComparison.Ordinal))
                .Select(stream => new StreamInfo(stream, VersionOf(stream))),
        ];

    public IReadOnlyList<RecordedEvent> ReadOutbox(long afterPosition, int max)
    {
        var start = (int)Math.Clamp(afterPosition, 0, _all.Count);
        return _all.GetRange(start, Math.Min(max, _all.Count - start));
    }

    public long PublishedPosition() => _published;

    public void MarkPublished(long position) => _published = Math.Max(_published, position);

    public byte[]? ReadCheckpoint(string key) => _checkpoints.GetValueOrDefault(key);

    public void WriteCheckpoints(IReadOnlyCollection<KeyValuePair<string, byte[]>> values)
    {
        foreach (var (key, value) in values)
            _checkpoints[key] = value;
    }

    public void Dispose() { }

    private long VersionOf(string stream) => _streams.TryGetValue(stream, out var events) ? events.Count : 0;

    private void Add(string stream, JournalEvent added)
    {
        if (!_streams.TryGetValue(stream, out var events))
        {
            _streams[stream] = events = [];
            _order.Add(stream);
        }
        var recorded = new RecordedEvent(_all.Count + 1, stream, events.Count + 1, added.Type, added.Payload.ToArray());
        events.Add(recorded);
        _all.Add(recorded);
    }
}
