using System.Buffers;

namespace CanaryStreams.Core.Telemetry;

/// <summary>
/// Records of one partition read together, in offset order, never empty. Keys and values lie in pooled memory that
/// goes back to the pool on <see cref="Dispose"/>: whoever takes a batch last disposes it, and nobody keeps a record's
/// bytes beyond that.
/// </summary>
public sealed class RawBatch : IDisposable
{
    private readonly int _count;
    private readonly List<byte[]> _chunks;
    private readonly bool _pooled;
    private RawRecord[]? _records;

    internal RawBatch(string topic, int partition, RawRecord[] records, int count, List<byte[]> chunks, bool pooled)
    {
        Topic = topic;
        Partition = partition;
        FirstOffset = records[0].Offset;
        NextOffset = records[count - 1].Offset + 1;
        _records = records;
        _count = count;
        _chunks = chunks;
        _pooled = pooled;
        foreach (ref readonly var record in records.AsSpan(0, count))
            Bytes += record.Key.Length + record.Value.Length;
    }

    public string Topic { get; }

    public int Partition { get; }

    public int Count => _count;

    /// <summary>Bytes of all keys and values; headers don't count.</summary>
    public int Bytes { get; }

    public long FirstOffset { get; }

    public long LastOffset => NextOffset - 1;

    /// <summary>The offset to commit once every record of the batch is done with.</summary>
    public long NextOffset { get; }

    public IReadOnlyList<RawRecord> Records => new ArraySegment<RawRecord>(Live(), 0, _count);

    /// <summary>The same records without an enumerator's garbage.</summary>
    public ReadOnlySpan<RawRecord> Span => Live().AsSpan(0, _count);

    /// <summary>A batch over records whose memory somebody else owns: a replay, a test.</summary>
    /// <exception cref="ArgumentException">No record, or records of several partitions.</exception>
    public static RawBatch Of(IReadOnlyList<RawRecord> records)
    {
        if (records.Count == 0)
            throw new ArgumentException("A batch has at least one record.", nameof(records));
        var (topic, partition) = (records[0].Topic, records[0].Partition);
        if (records.Any(record => record.Topic != topic || record.Partition != partition))
            throw new ArgumentException("A batch is of one partition.", nameof(records));
        return new RawBatch(topic, partition, [.. records], records.Count, [], pooled: false);
    }

    /// <summary>Gives the memory back; a second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _records, null) is not { } records || !_pooled)
            return;
        ArrayPool<RawRecord>.Shared.Return(records, clearArray: true);
        foreach (var chunk in _chunks)
            ArrayPool<byte>.Shared.Return(chunk);
    }

    private RawRecord[] Live() => _records ?? throw new ObjectDisposedException(nameof(RawBatch));
}
