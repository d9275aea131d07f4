namespace CanaryStreams.Cli.Plot;

/// <summary>A scored series, ready to be drawn.</summary>
/// <param name="Points">By time; at least one.</param>
/// <param name="FromMs">Where the time axis begins, not after the first point.</param>
/// <param name="ToMs">Where it ends, not before the last point.</param>
/// <param name="Threshold">Score from which an onset opens an alert.</param>
/// <param name="OnsetLookBack">Points that an onset is compared with.</param>
internal sealed record PlotData(
    string SeriesId,
    IReadOnlyList<PlotPoint> Points,
    long FromMs,
    long ToMs,
    double Threshold,
    int OnsetLookBack
);
