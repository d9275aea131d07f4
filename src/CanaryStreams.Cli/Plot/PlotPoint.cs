namespace CanaryStreams.Cli.Plot;

/// <summary>What is kept of a point of the one series that is drawn: 48 bytes.</summary>
/// <param name="Value">NaN where it is missing.</param>
/// <param name="Expected">NaN before the first value, like the band.</param>
/// <param name="IsOnset">Whether something new begins here that reaches the threshold.</param>
internal readonly record struct PlotPoint(
    long TimeMs,
    double Value,
    double Expected,
    double Lower,
    double Upper,
    float Score,
    bool IsAnomaly,
    bool IsOnset
)
{
    public bool IsMissing => double.IsNaN(Value);
}
