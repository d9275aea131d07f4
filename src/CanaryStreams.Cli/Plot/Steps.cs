namespace CanaryStreams.Cli.Plot;

/// <summary>How far apart a series' points usually are.</summary>
internal static class Steps
{
    private const double UsualShare = 0.95;
    private const double GapSteps = 3;

    /// <summary>The median distance in milliseconds; 0 for less than two points.</summary>
    public static double Usual(IReadOnlyList<PlotPoint> points) => Quantile(points, 0.5);

    /// <summary>The distance beyond which points are missing: thrice what nearly all keep, so that an irregular series isn't torn.</summary>
    public static double Gap(IReadOnlyList<PlotPoint> points) => GapSteps * Quantile(points, UsualShare);

    private static double Quantile(IReadOnlyList<PlotPoint> points, double share)
    {
        if (points.Count < 2)
            return 0;
        var steps = new long[points.Count - 1];
        for (var i = 0; i < steps.Length; i++)
            steps[i] = points[i + 1].TimeMs - points[i].TimeMs;
        Array.Sort(steps);
        return steps[(int)(share * (steps.Length - 1))];
    }
}
