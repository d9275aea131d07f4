using System.Buffers;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>Bytes in an array of the shared pool, which grows as they come: what is large and short-lived makes no garbage.</summary>
/// <remarks>Who disposes of it gives the array back: nobody may look at the bytes then. Not for several threads at once.</remarks>
public sealed class PooledBytes : IBufferWriter<byte>, IDisposable
{
    private byte[] _array;

    /// <param name="expected">How many there will be, as far as that is known.</param>
    public PooledBytes(int expected = 0) => _array = ArrayPool<byte>.Shared.Rent(Math.Max(expected, 256));

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _array.AsMemory(0, Length);

    /// <summary>What was written, to be changed in place.</summary>
    public Span<byte> Span => _array.AsSpan(0, Length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        if (_array.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(_array);
        (_array, Length) = ([], 0);
    }

    private void Reserve(int bytes)
    {
        ObjectDisposedException.ThrowIf(_array.Length == 0, this);
        if (_array.Length - Length >= bytes)
            return;
        var needed = (long)Length + bytes;
        if (needed > Array.MaxLength)
            throw new InvalidOperationException($"More than {Array.MaxLength} bytes don't fit into one array.");
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _array.Length)));
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
