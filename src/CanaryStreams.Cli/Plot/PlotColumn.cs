namespace CanaryStreams.Cli.Plot;

/// <summary>
/// The points that share a column of pixels. First, lowest, highest and last value, at their own times, draw the same
/// picture as all of them, and with a point a column they are all of them.
/// </summary>
internal record struct PlotColumn
{
    /// <summary>Index of the first point with a value; −1 where there is none, like the three below.</summary>
    public int First { get; set; }

    public int Lowest { get; set; }

    public int Highest { get; set; }

    public int Last { get; set; }

    /// <summary>Whether the time before the column is a gap.</summary>
    public bool IsAfterGap { get; set; }

    /// <summary>Whether a gap or a missing value stands between the last value before the column and its first.</summary>
    public bool IsAfterBreak { get; set; }

    /// <summary>Middle of the column's points on the time axis.</summary>
    public double X { get; set; }

    /// <summary>Lower end of the widest band; NaN where nothing is expected.</summary>
    public double Lower { get; set; }

    public double Upper { get; set; }

    /// <summary>Mean of what is expected; NaN where nothing is.</summary>
    public double Expected { get; set; }

    /// <summary>Highest score.</summary>
    public double Score { get; set; }

    public readonly bool HasValue => First >= 0;

    public readonly bool HasBand => !double.IsNaN(Lower);
}
