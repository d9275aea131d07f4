using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>
/// Writes the whole graph of private objects behind a root, and makes it anew: fields by reflection, compiled once per
/// class, so that no class can forget one of its own; collections by their content; what is shared and what is external
/// by reference. Bytes that aren't wholly what this program wrote and understands are refused, with a reason.
/// <para>
/// Numbers are little-endian: magic (8), format (4), version of the state (4), fingerprint of the externals (8), length
/// unpacked (4), packed (Brotli): [graph, names of the classes, hash of their layout (8), length of the names (4)]; the first
/// 64 bits of SHA-256 over all of it (8).
/// </para>
/// </summary>
public static class StateSerializer
{
    public const int FormatVersion = 1;

    private const int HeaderBytes = 28;
    private const int HashBytes = 8;
    private const int TrailerBytes = HashBytes + sizeof(int);

    private static ReadOnlySpan<byte> Magic => "CSSTATE\n"u8;

    /// <param name="stateVersion">Grows when the same fields come to mean something else.</param>
    /// <param name="size">By the last time; comes back as it was this time.</param>
    /// <returns>To be disposed of.</returns>
    /// <exception cref="StateNotSupportedException">The state holds something that can't be written.</exception>
    public static PooledBytes Capture(object root, StateExternals externals, int stateVersion, ref StateSize size)
    {
        var envelope = new PooledBytes(size.PackedBytes);
        try
        {
            using var packer = Begin(envelope, externals, stateVersion);
            using var writer = new GraphWriter(externals.Objects, namesStatics: true, packer.Write, size.Objects);
            writer.Object(root);
            var types = Encoding.UTF8.GetBytes(TypeTable.Write(writer.Types));
            Span<byte> trailer = stackalloc byte[TrailerBytes];
            BinaryPrimitives.WriteInt64LittleEndian(trailer, LayoutOf(writer.Types));
            BinaryPrimitives.WriteInt32LittleEndian(trailer[HashBytes..], types.Length);
            writer.Bytes(types);
            writer.Bytes(trailer);
            writer.Flush();
            Complete(envelope, packer, writer.Length);
            size = new StateSize(writer.Objects, envelope.Length);
            return envelope;
        }
        catch
        {
            envelope.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="Capture(object, StateExternals, int, ref StateSize)"/>
    public static byte[] Capture(object root, StateExternals externals, int stateVersion)
    {
        var size = default(StateSize);
        using var captured = Capture(root, externals, stateVersion, ref size);
        return captured.Span.ToArray();
    }

    /// <returns>Null where the bytes can't be used; then <paramref name="reason"/> says why.</returns>
    public static T? TryRestore<T>(
        ReadOnlySpan<byte> bytes,
        StateExternals externals,
        int stateVersion,
        out string? reason
    )
        where T : class
    {
        try
        {
            reason = null;
            return Graph(Body(bytes, externals, stateVersion), externals).Root() as T
                ?? throw new UnusableStateException($"it is no {StateType.Name(typeof(T))}");
        }
        catch (Exception e)
            when (e
                    is UnusableStateException
                        or StateNotSupportedException
                        or ArgumentException
                        or OverflowException
                        or InsufficientExecutionStackException
            )
        {
            reason = e.Message;
            return null;
        }
    }

    internal static byte[] Envelope(ReadOnlySpan<byte> body, StateExternals externals, int stateVersion)
    {
        using var envelope = new PooledBytes();
        using var packer = Begin(envelope, externals, stateVersion);
        packer.Write(body);
        Complete(envelope, packer, body.Length);
        return envelope.Span.ToArray();
    }

    private static StatePacker Begin(PooledBytes envelope, StateExternals externals, int stateVersion)
    {
        envelope.Write(Magic);
        var header = envelope.GetSpan(HeaderBytes - Magic.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header, FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], stateVersion);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], externals.Fingerprint);
        envelope.Advance(HeaderBytes - Magic.Length);
        return new StatePacker(envelope);
    }

    /// <param name="length">Of the body, which is known only now.</param>
    private static void Complete(PooledBytes envelope, StatePacker packer, int length)
    {
        packer.Complete();
        BinaryPrimitives.WriteInt32LittleEndian(envelope.Span[(HeaderBytes - sizeof(int))..], length);
        BinaryPrimitives.WriteInt64LittleEndian(envelope.GetSpan(HashBytes), Hash(envelope.Span));
        envelope.Advance(HashBytes);
    }

    internal static byte[] Body(ReadOnlySpan<byte> bytes, StateExternals externals, int stateVersion)
    {
        if (bytes.Length < HeaderBytes + HashBytes || !bytes.StartsWith(Magic))
            throw new UnusableStateException("it is no state of a lane, or not a whole one");
        if (Hash(bytes[..^HashBytes]) != BinaryPrimitives.ReadInt64LittleEndian(bytes[^HashBytes..]))
            throw new UnusableStateException("its checksum doesn't fit: bytes are missing or changed");
        var header = bytes[Magic.Length..];
        var (format, version) = (Int(header), Int(header[4..]));
        if (format != FormatVersion || version != stateVersion)
            throw new UnusableStateException(
                $"it is of version {format}.{version}, and this program's is {FormatVersion}.{stateVersion}"
            );
        if (BinaryPrimitives.ReadInt64LittleEndian(header[8..]) != externals.Fingerprint)
            throw new UnusableStateException("it was taken with other settings, policies or models");
        var body = new byte[Math.Max(0, Int(header[16..]))];
        var packed = bytes[HeaderBytes..^HashBytes];
        return BrotliDecoder.TryDecompress(packed, body, out var length) && length == body.Length
            ? body
            : throw new UnusableStateException("it can't be unpacked");
    }

    private static GraphReader Graph(byte[] body, StateExternals externals)
    {
        var trailer = body.AsSpan(^TrailerBytes..);
        var namesLength = Int(trailer[HashBytes..]);
        var graphLength = body.Length - TrailerBytes - namesLength;
        var types = TypeTable.Read(Encoding.UTF8.GetString(body.AsSpan(graphLength, namesLength)));
        if (BinaryPrimitives.ReadInt64LittleEndian(trailer) != LayoutOf(types))
            throw new UnusableStateException("its classes have other fields in this program");
        return new GraphReader(body.AsMemory(0, graphLength), types, externals.Objects);
    }

    private static long LayoutOf(IEnumerable<Type> types) => Hash(Encoding.UTF8.GetBytes(TypeTable.Layout(types)));

    private static long Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return BinaryPrimitives.ReadInt64LittleEndian(digest);
    }

    private static int Int(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes);
}
