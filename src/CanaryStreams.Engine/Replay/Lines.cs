using System.Buffers;

namespace CanaryStreams.Engine.Replay;

/// <summary>Splits a stream of bytes at line feeds; each line in an array of its own, without its line feed.</summary>
internal static class Lines
{
    private const int ChunkBytes = 1 << 16;

    public static IEnumerable<byte[]> Of(Stream stream)
    {
        var chunk = new byte[ChunkBytes];
        var rest = new ArrayBufferWriter<byte>();
        int read;
        while ((read = stream.Read(chunk)) > 0)
        {
            var from = 0;
            int end;
            while ((end = Array.IndexOf(chunk, (byte)'\n', from, read - from)) >= 0)
            {
                yield return Join(rest, chunk.AsSpan(from, end - from));
                from = end + 1;
            }
            rest.Write(chunk.AsSpan(from, read - from));
        }
        if (rest.WrittenCount > 0)
            yield return rest.WrittenSpan.ToArray();
    }

    private static byte[] Join(ArrayBufferWriter<byte> rest, ReadOnlySpan<byte> last)
    {
        var line = new byte[rest.WrittenCount + last.Length];
        rest.WrittenSpan.CopyTo(line);
        last.CopyTo(line.AsSpan(rest.WrittenCount));
        rest.ResetWrittenCount();
        return line;
    }
}
