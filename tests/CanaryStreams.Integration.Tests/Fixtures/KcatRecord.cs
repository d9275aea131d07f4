using System.Globalization;
using System.Text;

namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>A record as kcat read it, byte for byte.</summary>
/// <param name="TimestampMs">The broker's, Unix milliseconds.</param>
/// <param name="Headers">As kcat prints them: <c>name=value,name=value</c>.</param>
public sealed record KcatRecord(int Partition, long Offset, long TimestampMs, string Key, byte[] Value, string Headers)
{
    /// <summary>What <see cref="Parse"/> reads: lengths first, since keys and values may hold anything.</summary>
    internal const string Format = "%p %o %T %K %S\n%k%s%h\n";

    public string Text => Encoding.UTF8.GetString(Value);

    /// <summary>A header's value, up to the next comma; null where there is none.</summary>
    public string? Header(string name) =>
        Headers
            .Split(',')
            .Where(header => header.StartsWith(name + "=", StringComparison.Ordinal))
            .Select(header => header[(name.Length + 1)..])
            .FirstOrDefault();

    internal static IEnumerable<KcatRecord> Parse(byte[] output)
    {
        for (var at = 0; at < output.Length; )
        {
            var numbers = Line(output, ref at)
                .Split(' ')
                .Select(number => long.Parse(number, CultureInfo.InvariantCulture))
                .ToList();
            var key = Bytes(output, ref at, numbers[3]);
            var value = Bytes(output, ref at, numbers[4]);
            var headers = Line(output, ref at);
            yield return new KcatRecord(
                (int)numbers[0],
                numbers[1],
                numbers[2],
                Encoding.UTF8.GetString(key),
                value,
                headers
            );
        }
    }

    private static string Line(byte[] output, ref int at)
    {
        var end = Array.IndexOf(output, (byte)'\n', at);
        var line = Encoding.UTF8.GetString(output, at, end - at);
        at = end + 1;
        return line;
    }

    /// <summary>A length of −1 is an absent key or value.</summary>
    private static byte[] Bytes(byte[] output, ref int at, long length)
    {
        var bytes = output[at..(at + (int)Math.Max(0, length))];
        at += bytes.Length;
        return bytes;
    }
}
