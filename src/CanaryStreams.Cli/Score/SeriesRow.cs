using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace CanaryStreams.Cli.Score;

/// <summary>Reads the fields of a row of series data.</summary>
internal static class SeriesRow
{
    // Epoch seconds stay below this until the year 5138, epoch milliseconds above it since 1973.
    private const long MillisecondsFrom = 100_000_000_000;

    /// <summary>Epoch seconds (with or without decimals), epoch milliseconds or RFC 3339, as Unix milliseconds.</summary>
    public static bool TryTime(ReadOnlySpan<byte> field, out long timeMs)
    {
        field = CsvFields.Unquote(field);
        if (Utf8Parser.TryParse(field, out long whole, out var used) && used == field.Length)
        {
            timeMs = Math.Abs(whole) < MillisecondsFrom ? whole * 1000 : whole;
            return true;
        }
        if (Utf8Parser.TryParse(field, out double seconds, out used) && used == field.Length)
        {
            timeMs = (long)Math.Round(Math.Abs(seconds) < MillisecondsFrom ? seconds * 1000 : seconds);
            return double.IsFinite(seconds);
        }
        var isDate = DateTimeOffset.TryParse(
            Encoding.UTF8.GetString(field),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        );
        timeMs = time.ToUnixTimeMilliseconds();
        return isDate;
    }

    /// <summary>A number; NaN for an empty field, <c>nan</c>, <c>null</c>, <c>na</c> in any case, and infinities.</summary>
    public static bool TryValue(ReadOnlySpan<byte> field, out double value)
    {
        field = CsvFields.Unquote(field);
        value = double.NaN;
        if (field.IsEmpty)
            return true;
        if (Utf8Parser.TryParse(field, out double number, out var used) && used == field.Length)
        {
            value = double.IsFinite(number) ? number : double.NaN;
            return true;
        }
        return Ascii.EqualsIgnoreCase(field, "nan")
            || Ascii.EqualsIgnoreCase(field, "null")
            || Ascii.EqualsIgnoreCase(field, "na");
    }
}
