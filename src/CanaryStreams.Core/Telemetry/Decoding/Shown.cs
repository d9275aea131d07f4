using System.Text;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>Shows a producer's own value in a sentence for that producer: short, on one line.</summary>
internal static class Shown
{
    private const int CharactersMax = 64;

    /// <summary>In quotes, control characters as '·', cut after 64 characters.</summary>
    public static string Text(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, CharactersMax * 4)]);
        return Text(text);
    }

    public static string Text(string text)
    {
        var shown = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length > CharactersMax)
                return shown.Append("…\"").ToString();
            if (Rune.IsControl(rune))
                shown.Append('·');
            else
                shown.Append(rune);
        }
        return shown.Append('"').ToString();
    }

    public static string Number(double value) => value.ToString("R");

    /// <summary><c>15 min</c>, <c>2 h</c>, <c>3 d</c>: how long, for a person; rounded down.</summary>
    public static string Duration(long ms) =>
        ms switch
        {
            < 1000 => $"{ms} ms",
            < 120_000 => $"{ms / 1000} s",
            < 7_200_000 => $"{ms / 60_000} min",
            < 172_800_000 => $"{ms / 3_600_000} h",
            _ => $"{ms / 86_400_000} d",
        };
}
