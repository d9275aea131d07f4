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
/// unpacked (4), packed (Brotli): [length (4) and names of the classes, hash of their layout (8), graph]; the first 64 bits
/// of SHA-256 over all of it (8).
/// </para>
/// </summary>
public static class StateSerializer
{
    public const int FormatVersion = 1;

    private const int HeaderBytes = 28;
    private const int HashBytes = 8;

    // The fastest that Brotli has: the state of detectors is mostly noise, and the rest is found at once.
    private const int PackingQuality = 1;
    private const int PackingWindow = 22;

    private static ReadOnlySpan<byte> Magic => "CSSTATE\n"u8;

    /// <param name="stateVersion">Grows when the same fields come to mean something else.</param>
    /// <exception cref="StateNotSupportedException">The state holds something that can't be written.</exception>
    public static byte[] Capture(object root, StateExternals externals, int stateVersion)
    {
        var writer = new GraphWriter(externals.Objects, namesStatics: true);
        writer.Object(root);
        var types = Encoding.UTF8.GetBytes(TypeTable.Write(writer.Types));
        var body = new byte[sizeof(int) + types.Length + HashBytes + writer.Written.Length];
        BinaryPrimitives.WriteInt32LittleEndian(body, types.Length);
        types.CopyTo(body.AsSpan(sizeof(int)));
        var graph = body.AsSpan(sizeof(int) + types.Length);
        BinaryPrimitives.WriteInt64LittleEndian(graph, LayoutOf(writer.Types));
        writer.Written.CopyTo(graph[HashBytes..]);
        return Envelope(body, externals, stateVersion);
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

    private static byte[] Envelope(byte[] body, StateExternals externals, int stateVersion)
    {
        var packed = new byte[HeaderBytes + BrotliEncoder.GetMaxCompressedLength(body.Length) + HashBytes];
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
        return packed[..(end + HashBytes)];
    }

    private static byte[] Body(ReadOnlySpan<byte> bytes, StateExternals externals, int stateVersion)
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
        var namesLength = Int(body);
        var names = Encoding.UTF8.GetString(body.AsSpan(sizeof(int), namesLength));
        var types = TypeTable.Read(names);
        var layout = body.AsSpan(sizeof(int) + namesLength);
        if (BinaryPrimitives.ReadInt64LittleEndian(layout) != LayoutOf(types))
            throw new UnusableStateException("its classes have other fields in this program");
        return new GraphReader(body.AsMemory(sizeof(int) + namesLength + HashBytes), types, externals.Objects);
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
