namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>
/// Times as RFC 3339 (section 5.6) writes them, over UTF-8: any offset, any number of fractional digits (cut to
/// milliseconds), a leap second read as the second after it. A time without an offset is refused: what it means would
/// depend on the machine that reads it.
/// </summary>
public static class Rfc3339
{
    private const int DateTimeLength = 19;

    /// <param name="unixMs">Unix milliseconds.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long unixMs)
    {
        unixMs = 0;
        if (
            text.Length <= DateTimeLength
            || !TryDate(text, out var days)
            || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')
            || !TryTimeOfDay(text.Slice(11, 8), out var seconds)
        )
            return false;
        var rest = text[DateTimeLength..];
        if (!TryFraction(ref rest, out var ms) || !TryOffset(rest, out var offsetMinutes))
            return false;
        unixMs = (((days * 86_400L) + seconds - (offsetMinutes * 60L)) * 1000) + ms;
        return true;
    }

    /// <summary><c>2026-11-22T10:00:00.250Z</c>; the plain number where a calendar has no such date.</summary>
    public static string Format(long unixMs) =>
        unixMs is < -62_135_596_800_000 or > 253_402_300_799_999
            ? unixMs.ToString()
            : DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    private static bool TryDate(ReadOnlySpan<byte> text, out int daysSinceEpoch)
    {
        daysSinceEpoch = 0;
        if (
            !TryDigits(text[..4], out var year)
            || text[4] != '-'
            || !TryDigits(text.Slice(5, 2), out var month)
            || text[7] != '-'
            || !TryDigits(text.Slice(8, 2), out var day)
        )
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        daysSinceEpoch = new DateOnly(year, month, day).DayNumber - new DateOnly(1970, 1, 1).DayNumber;
        return true;
    }

    private static bool TryTimeOfDay(ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        if (
            !TryDigits(text[..2], out var hour)
            || text[2] != ':'
            || !TryDigits(text.Slice(3, 2), out var minute)
            || text[5] != ':'
            || !TryDigits(text.Slice(6, 2), out var second)
            || hour > 23
            || minute > 59
            || second > 60
        )
            return false;
        seconds = (((hour * 60) + minute) * 60) + second;
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> rest, out int ms)
    {
        ms = 0;
        if (rest.IsEmpty || rest[0] != '.')
            return true;
        var digits = 0;
        while (digits + 1 < rest.Length && char.IsAsciiDigit((char)rest[digits + 1]))
        {
            if (digits < 3)
                ms = (ms * 10) + rest[digits + 1] - '0';
            digits++;
        }
        for (var i = digits; i < 3; i++)
            ms *= 10;
        rest = rest[(digits + 1)..];
        return digits > 0;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1)
            return text[0] is (byte)'Z' or (byte)'z';
        if (
            text.Length != 6
            || text[0] is not ((byte)'+' or (byte)'-')
            || !TryDigits(text.Slice(1, 2), out var hour)
            || text[3] != ':'
            || !TryDigits(text.Slice(4, 2), out var minute)
            || hour > 23
            || minute > 59
        )
            return false;
        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            value = (value * 10) + digit - '0';
        }
        return true;
    }
}
