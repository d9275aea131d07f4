using System.Buffers;
using CanaryStreams.Engine.Snapshots;

namespace CanaryStreams.Engine.Live;

/// <summary>A lane's state behind certain records, and how to go on from there.</summary>
/// <param name="Positions">By topic the first offset that the state doesn't know.</param>
/// <param name="PublishedEnd">Offset of <c>canary.signals</c> up to which <paramref name="Published"/> and the state know what is out.</param>
/// <param name="Published">Signals that an earlier life has published, some of which the state has yet to give.</param>
internal sealed record LaneSnapshot(
    IReadOnlyDictionary<string, long> Positions,
    long PublishedEnd,
    PublishedSignals Published,
    ReadOnlyMemory<byte> State
)
{
    /// <summary>Grows with the form of what <see cref="ToBytes"/> writes.</summary>
    private const byte Form = 2;

    /// <returns>To be disposed of.</returns>
    public PooledBytes ToBytes()
    {
        using var head = new MemoryStream();
        using var writer = new BinaryWriter(head);
        writer.Write(Form);
        writer.Write(Positions.Count);
        foreach (var (topic, position) in Positions.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            writer.Write(topic);
            writer.Write(position);
        }
        writer.Write(PublishedEnd);
        Published.Write(writer);
        writer.Write(State.Length);
        writer.Flush();
        var bytes = new PooledBytes((int)head.Length + State.Length);
        bytes.Write(head.GetBuffer().AsSpan(0, (int)head.Length));
        bytes.Write(State.Span);
        return bytes;
    }

    /// <summary>Null where the bytes are none, or of another form.</summary>
    public static LaneSnapshot? From(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        try
        {
            if (reader.ReadByte() != Form)
                return null;
            var positions = new Dictionary<string, long>();
            for (var left = reader.ReadInt32(); left > 0; left--)
                positions[reader.ReadString()] = reader.ReadInt64();
            var end = reader.ReadInt64();
            var published = PublishedSignals.Read(reader);
            var length = reader.ReadInt32();
            var start = (int)reader.BaseStream.Position;
            return length == bytes.Length - start
                ? new LaneSnapshot(positions, end, published, bytes.AsMemory(start, length))
                : null;
        }
        catch (Exception error) when (error is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}
