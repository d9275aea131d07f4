using System.Globalization;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Engine.Configuration;

/// <summary>Durations, shares and effects as people write them.</summary>
public static class Quantities
{
    private static readonly (string Unit, double Ms)[] Units =
    [
        ("ms", 1),
        ("s", 1000),
        ("m", 60_000),
        ("h", 3_600_000),
        ("d", 86_400_000),
    ];

    /// <summary><c>250ms</c>, <c>90s</c>, <c>30m</c>, <c>1.5h</c>, <c>1d</c>.</summary>
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        foreach (var (unit, ms) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal) || !TryNumber(text[..^unit.Length], out var number))
                continue;
            var total = Math.Round(number * ms);
            if (total is < 0 or > 1e14)
                return false;
            duration = TimeSpan.FromMilliseconds(total);
            return true;
        }
        return false;
    }

    /// <summary>The largest unit that leaves a whole number: <c>90s</c>, <c>30m</c>.</summary>
    public static string Show(TimeSpan duration)
    {
        var ms = (long)duration.TotalMilliseconds;
        for (var i = Units.Length - 1; i > 0; i--)
        {
            var unitMs = (long)Units[i].Ms;
            if (ms != 0 && ms % unitMs == 0)
                return $"{ms / unitMs}{Units[i].Unit}";
        }
        return $"{ms}ms";
    }

    /// <summary><c>0.01</c> or <c>1%</c>.</summary>
    public static bool TryShare(string text, out double share)
    {
        var isPercent = text.EndsWith('%');
        if (!TryNumber(isPercent ? text[..^1] : text, out share))
            return false;
        share = isPercent ? share / 100 : share;
        return true;
    }

    /// <summary>With a per cent sign relative to stable, without one absolute.</summary>
    public static bool TryEffect(string text, out MinEffect effect)
    {
        var read = TryShare(text, out var size);
        effect = new MinEffect(size, Relative: text.EndsWith('%'));
        return read;
    }

    public static string Show(MinEffect effect) => effect.Relative ? $"{Round(effect.Size * 100)}%" : $"{effect.Size}";

    public static bool TryNumber(string text, out double number) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out number)
        && double.IsFinite(number);

    private static double Round(double value) => Math.Round(value, 10);
}
