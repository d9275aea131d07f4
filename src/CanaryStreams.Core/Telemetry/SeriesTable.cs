using System.Buffers.Binary;
using System.Text;

namespace CanaryStreams.Core.Telemetry;

/// <summary>
/// Interns series: the same key always gets the same dense id (0, 1, 2, …), so that all state of a lane lives in
/// arrays. Ids are local to the lane that owns the table, which is its only thread.
/// <para>
/// Keys are looked up by their composed UTF-8 bytes (track, then each part behind its length, so that no two keys
/// compose alike); a series that is known costs neither a string nor any other garbage.
/// </para>
/// </summary>
public sealed class SeriesTable
{
    /// <summary>Default bound on series per lane; a lane holds up to some tens of KB per series.</summary>
    public const int DefaultCapacity = 1_000_000;

    private const int LengthBytes = sizeof(ushort);

    private readonly Dictionary<byte[], int> _ids = new(Utf8KeyComparer.Instance);
    private readonly List<SeriesKey> _keys = [];
    private byte[] _composed = new byte[512];

    /// <param name="capacity">Most series that are interned; ≥ 1.</param>
    public SeriesTable(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Capacity = capacity;
    }

    public int Capacity { get; }

    public int Count => _keys.Count;

    public SeriesKey this[int id] => _keys[id];

    /// <exception cref="InvalidOperationException">The key is new and the table full.</exception>
    /// <exception cref="ArgumentException">A part is longer than 65 535 bytes.</exception>
    public int Intern(SeriesKey key) =>
        TryIntern(key, out var id)
            ? id
            : throw new InvalidOperationException($"The table holds its {Capacity} series already.");

    /// <summary>False where the key is new and the table full.</summary>
    /// <exception cref="ArgumentException">A part is longer than 65 535 bytes.</exception>
    public bool TryIntern(SeriesKey key, out int id)
    {
        var bytes = new SeriesKeyBytes
        {
            App = Encoding.UTF8.GetBytes(key.App),
            Cluster = Encoding.UTF8.GetBytes(key.Cluster),
            Version = Encoding.UTF8.GetBytes(key.Version),
            Track = key.Track,
            Variant = Encoding.UTF8.GetBytes(key.Variant ?? ""),
            Metric = Encoding.UTF8.GetBytes(key.Metric),
        };
        return TryIntern(in bytes, out id);
    }

    /// <summary>False where the key is new and the table full.</summary>
    /// <exception cref="ArgumentException">A part is longer than 65 535 bytes.</exception>
    public bool TryIntern(scoped in SeriesKeyBytes key, out int id)
    {
        var composed = Compose(in key);
        if (_ids.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(composed, out id))
            return true;
        return TryAdd(composed, in key, out id);
    }

    private bool TryAdd(ReadOnlySpan<byte> composed, scoped in SeriesKeyBytes key, out int id)
    {
        id = _keys.Count;
        if (id >= Capacity)
            return false;
        _ids.Add(composed.ToArray(), id);
        _keys.Add(key.ToSeriesKey());
        return true;
    }

    private ReadOnlySpan<byte> Compose(scoped in SeriesKeyBytes key)
    {
        var length =
            1
            + (5 * LengthBytes)
            + key.App.Length
            + key.Cluster.Length
            + key.Version.Length
            + key.Variant.Length
            + key.Metric.Length;
        if (length > _composed.Length)
            _composed = new byte[length];
        var rest = _composed.AsSpan();
        rest[0] = (byte)key.Track;
        rest = rest[1..];
        rest = Put(rest, key.App);
        rest = Put(rest, key.Cluster);
        rest = Put(rest, key.Version);
        rest = Put(rest, key.Variant);
        Put(rest, key.Metric);
        return _composed.AsSpan(0, length);
    }

    private static Span<byte> Put(Span<byte> target, ReadOnlySpan<byte> part)
    {
        if (part.Length > ushort.MaxValue)
            throw new ArgumentException($"A part of a series key has {part.Length} bytes.", nameof(part));
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)part.Length);
        part.CopyTo(target[LengthBytes..]);
        return target[(LengthBytes + part.Length)..];
    }
}
