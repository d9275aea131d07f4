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

    // The fastest that Brotli has: the state of detectors is mostly noise, and the rest is found at once.
    private const int PackingQuality = 1;
    private const int PackingWindow = 22;

    private static ReadOnlySpan<byte> Magic => "CSSTATE\n"u8;

    /// <param name="stateVersion">Grows when the same fields come to mean something else.</param>
    /// <exception cref="StateNotSupportedException">The state holds something that can't be written.</exception>
    /// <param name="bytesExpected">Unpacked, by the last time; comes back as it was this time.</param>
    public static byte[] Capture(object root, StateExternals externals, int stateVersion, ref int bytesExpected)
    {
        using var writer = new GraphWriter(externals.Objects, namesStatics: true, bytesExpected);
        writer.Object(root);
        var types = Encoding.UTF8.GetBytes(TypeTable.Write(writer.Types));
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        BinaryPrimitives.WriteInt64LittleEndian(trailer, LayoutOf(writer.Types));
        BinaryPrimitives.WriteInt32LittleEndian(trailer[HashBytes..], types.Length);
        writer.Bytes(types);
        writer.Bytes(trailer);
        bytesExpected = writer.Written.Length;
        return Envelope(writer.Written, externals, stateVersion);
    }

    /// <inheritdoc cref="Capture(object, StateExternals, int, ref int)"/>
    public static byte[] Capture(object root, StateExternals externals, int stateVersion)
    {
        var bytesExpected = 0;
        return Capture(root, externals, stateVersion, ref bytesExpected);
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
        var packedMax = BrotliEncoder.GetMaxCompressedLength(body.Length);
        var packed = ArrayPool<byte>.Shared.Rent(HeaderBytes + packedMax + HashBytes);
        Magic.CopyTo(packed);
        var header = packed.AsSpan(Magic.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header, FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], stateVersion);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], externals.Fingerprint);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], body.Length);
        if (!BrotliEncoder.TryCompress(body, packed.AsSpan(HeaderBytes), out var length, PackingQuality, PackingWindow))
            throw new InvalidOperationException($"{body.Length} bytes of state could not be packed.");
        var end = HeaderBytes + length;
        BinaryPrimitives.WriteInt64LittleEndian(packed.AsSpan(end), Hash(packed.AsSpan(0, end)));
        var whole = packed[..(end + HashBytes)];
        ArrayPool<byte>.Shared.Return(packed);
        return whole;
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
