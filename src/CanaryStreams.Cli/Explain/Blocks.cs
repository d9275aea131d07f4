namespace CanaryStreams.Cli.Explain;

/// <summary>Bars of block characters, which a terminal, a mail and a chat show alike.</summary>
internal static class Blocks
{
    private const string Heights = "▁▂▃▄▅▆▇█";

    /// <summary>A character for each value, the full block from <paramref name="full"/> on; blank for NaN.</summary>
    /// <param name="full">&gt; 0; what is 0 or less is the lowest block.</param>
    public static string Sparkline(IReadOnlyList<double> values, double full) =>
        string.Concat(
            values.Select(value =>
                double.IsNaN(value) ? ' '
                : value >= full ? Heights[^1]
                : Heights[(int)Math.Clamp(value / full * (Heights.Length - 1), 0, Heights.Length - 2)]
            )
        );

    /// <summary>A bar of <paramref name="width"/> characters of which a part in [0,1] is filled; only the whole of it fills it.</summary>
    public static string Bar(double part, int width)
    {
        var filled = part >= 1 ? width : (int)Math.Clamp(Math.Round(part * width), 0, width - 1);
        return new string('█', filled) + new string('░', width - filled);
    }
}
