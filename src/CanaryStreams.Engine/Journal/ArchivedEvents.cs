using System.IO.Compression;

namespace CanaryStreams.Engine.Journal;

/// <summary>A closed stream's events in one compressed piece, each with its checksum as it was.</summary>
internal static class ArchivedEvents
{
    public static byte[] Pack(IReadOnlyCollection<EventRow> rows)
    {
        using var packed = new MemoryStream();
        using (var writer = new BinaryWriter(new BrotliStream(packed, CompressionLevel.Optimal)))
        {
            writer.Write(rows.Count);
            foreach (var row in rows)
            {
                writer.Write(row.Position);
                writer.Write(row.Version);
                writer.Write(row.Type);
                writer.Write(row.Payload.Length);
                writer.Write(row.Payload);
                writer.Write(row.Checksum);
            }
        }
        return packed.ToArray();
    }

    /// <exception cref="JournalCorruptException">The piece can't be unpacked.</exception>
    public static IReadOnlyList<EventRow> Unpack(string stream, byte[] packed)
    {
        try
        {
            using var reader = new BinaryReader(new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress));
            var rows = new List<EventRow>();
            for (var left = reader.ReadInt32(); left > 0; left--)
                rows.Add(ReadRow(stream, reader));
            return rows;
        }
        catch (Exception error)
            when (error is IOException or InvalidDataException or InvalidOperationException or FormatException)
        {
            throw new JournalCorruptException(stream, 1, $"its archive can't be unpacked: {error.Message}", error);
        }
    }

    private static EventRow ReadRow(string stream, BinaryReader reader)
    {
        var (position, version, type) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadString());
        var payload = reader.ReadBytes(reader.ReadInt32());
        return new EventRow(position, stream, version, type, payload, reader.ReadInt64());
    }
}
