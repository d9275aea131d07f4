namespace CanaryStreams.Cli.Plot;

/// <summary>
/// What the value axis shows. A spike is shown whole as long as the rest keeps a fifth of the height; beyond that the axis
/// ends above the rest, and what lies outside runs to the edge and is marked there with its value.
/// </summary>
/// <param name="Low">Low end of the axis.</param>
/// <param name="High">High end of it.</param>
internal readonly record struct ValueRange(double Low, double High)
{
    // Values beyond this share on either side, at least two, don't decide what is normal.
    private const double TrimmedShare = 0.002;
    private const int TrimmedMin = 2;
    private const int TrimFromPoints = 20;
    private const double SpikeSpansMax = 4;
    private const double SpikeSpansShown = 0.6;
    private const double BandShare = 0.02;
    private const double BandSpansMax = 0.35;
    private const double Padding = 0.04;

    public static ValueRange Of(IReadOnlyList<PlotPoint> points)
    {
        var values = Sorted(points, point => point.Value);
        if (values.Length == 0)
            return new ValueRange(0, 1);
        var (low, high) = Spikes(values);
        (low, high) = Band(points, low, high, values[0] >= 0);
        if (!(high > low))
        {
            var room = Math.Max(Math.Abs(high) * 0.1, 1e-6);
            return new ValueRange(low - room, high + room);
        }
        var padding = Padding * (high - low);
        return new ValueRange(low - padding, high + padding);
    }

    private static (double Low, double High) Spikes(double[] values)
    {
        var trimmed = values.Length < TrimFromPoints ? 0 : Math.Max(TrimmedMin, (int)(values.Length * TrimmedShare));
        var (low, high) = (values[trimmed], values[^(1 + trimmed)]);
        var span = high - low;
        // Nothing is flattened in a series that is constant but for its spikes.
        if (!(span > 0))
            return (values[0], values[^1]);
        return (
            low - values[0] > SpikeSpansMax * span ? low - (SpikeSpansShown * span) : values[0],
            values[^1] - high > SpikeSpansMax * span ? high + (SpikeSpansShown * span) : values[^1]
        );
    }

    /// <summary>Makes room for the usual band, within reason: a young one is wide on purpose.</summary>
    private static (double Low, double High) Band(
        IReadOnlyList<PlotPoint> points,
        double low,
        double high,
        bool isNeverNegative
    )
    {
        var lower = Sorted(points, point => point.Lower);
        var upper = Sorted(points, point => point.Upper);
        if (lower.Length == 0)
            return (low, high);
        var room = BandSpansMax * (high - low);
        var bandLow = Math.Max(lower[(int)(BandShare * lower.Length)], low - room);
        var bandHigh = Math.Min(upper[^(1 + (int)(BandShare * upper.Length))], high + room);
        // What can't be negative (a rate, a time) gets no room below nothing.
        if (isNeverNegative)
            bandLow = Math.Max(bandLow, 0);
        return (Math.Min(low, bandLow), Math.Max(high, bandHigh));
    }

    private static double[] Sorted(IReadOnlyList<PlotPoint> points, Func<PlotPoint, double> of)
    {
        var sorted = points.Select(of).Where(double.IsFinite).ToArray();
        Array.Sort(sorted);
        return sorted;
    }
}
