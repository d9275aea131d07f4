using System.Buffers;

namespace CanaryStreams.Core.Telemetry;

/// <summary>
/// Gathers records of one partition into a <see cref="RawBatch"/>. Bytes are copied into rented chunks that are only
/// ever added, never grown, so that memory handed out earlier stays where it is.
/// </summary>
public sealed class RawBatchBuilder(string topic, int partition)
{
    private const int ChunkBytes = 64 * 1024;

    private readonly List<byte[]> _chunks = [];
    private RawRecord[] _records = ArrayPool<RawRecord>.Shared.Rent(64);
    private int _chunkUsed;
    private bool _finished;

    public int Count { get; private set; }

    /// <summary>Adds a record, copying its key and value; headers are kept as they are.</summary>
    public void Add(
        long offset,
        long timestampMs,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> value,
        IReadOnlyList<RecordHeader>? headers
    )
    {
        ObjectDisposedException.ThrowIf(_finished, this);
        if (Count == _records.Length)
            Grow();
        _records[Count++] = new RawRecord(topic, partition, offset, timestampMs, Copy(key), Copy(value), headers);
    }

    /// <summary>The batch, which owns the memory from here on; the builder is done.</summary>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public RawBatch Build()
    {
        ObjectDisposedException.ThrowIf(_finished, this);
        if (Count == 0)
            throw new InvalidOperationException("A batch has at least one record.");
        _finished = true;
        return new RawBatch(topic, partition, _records, Count, _chunks, pooled: true);
    }

    /// <summary>Gives the memory back where no batch is wanted any more.</summary>
    public void Discard()
    {
        if (_finished)
            return;
        _finished = true;
        ArrayPool<RawRecord>.Shared.Return(_records, clearArray: true);
        foreach (var chunk in _chunks)
            ArrayPool<byte>.Shared.Return(chunk);
    }

    private ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return default;
        if (_chunks.Count == 0 || _chunks[^1].Length - _chunkUsed < bytes.Length)
        {
            _chunks.Add(ArrayPool<byte>.Shared.Rent(Math.Max(ChunkBytes, bytes.Length)));
            _chunkUsed = 0;
        }
        var chunk = _chunks[^1];
        var copy = new Memory<byte>(chunk, _chunkUsed, bytes.Length);
        bytes.CopyTo(copy.Span);
        _chunkUsed += bytes.Length;
        return copy;
    }

    private void Grow()
    {
        var larger = ArrayPool<RawRecord>.Shared.Rent(_records.Length * 2);
        _records.AsSpan(0, Count).CopyTo(larger);
        ArrayPool<RawRecord>.Shared.Return(_records, clearArray: true);
        _records = larger;
    }
}
