using System.IO.Compression;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>Packs what it is given piece by piece, so that nothing has to hold all of it unpacked. Brotli.</summary>
internal sealed class StatePacker(PooledBytes into) : IDisposable
{
    /// <summary>
    /// The fastest that Brotli has: the state of detectors is mostly noise, and the rest is found at once. It looks for what
    /// it has seen within one piece only, so a piece is as long as the window.
    /// </summary>
    private const int Quality = 0;
    private const int WindowBits = 18;

    /// <summary>Of a piece: small enough to be packed out of the processor's cache.</summary>
    public const int PieceBytes = 1 << WindowBits;

    private BrotliEncoder _encoder = new(Quality, WindowBits);

    public void Write(ReadOnlySpan<byte> piece) => Pack(piece, isLast: false);

    /// <summary>Nothing more comes.</summary>
    public void Complete() => Pack([], isLast: true);

    public void Dispose() => _encoder.Dispose();

    private void Pack(ReadOnlySpan<byte> piece, bool isLast)
    {
        while (true)
        {
            var status = _encoder.Compress(
                piece,
                into.GetSpan(PieceBytes / 4),
                out var consumed,
                out var written,
                isLast
            );
            into.Advance(written);
            piece = piece[consumed..];
            if (status == System.Buffers.OperationStatus.Done)
                return;
            if (status != System.Buffers.OperationStatus.DestinationTooSmall)
                throw new InvalidOperationException($"State could not be packed: {status}.");
        }
    }
}
