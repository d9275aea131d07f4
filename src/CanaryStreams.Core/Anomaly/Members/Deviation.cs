namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>What the members share: deviations that stay finite, whatever the series.</summary>
internal static class Deviation
{
    /// <summary>No deviation is larger: the histograms end there.</summary>
    public const double Max = 1000;

    private const double RelativeFloor = 1e-6;
    private const double AbsoluteFloor = 1e-12;

    /// <summary>A residual in units of the scale, which is never finer than a millionth of the level; signed.</summary>
    public static double Of(double residual, double scale, double level)
    {
        var floor = AbsoluteFloor + (RelativeFloor * Math.Abs(level));
        return Math.Clamp(residual / Math.Max(scale, floor), -Max, Max);
    }

    /// <summary>The gain of a moving mean: that of a plain mean until it is as small as the steady one.</summary>
    public static double Gain(double steady, int pointsBefore) => Math.Max(steady, 1.0 / (pointsBefore + 1));

    /// <summary>How much a deviation counts while few points stand behind its scale, in [0,1).</summary>
    /// <param name="points">Points behind the scale; 0 or less count nothing.</param>
    /// <param name="prior">Points at which it counts half.</param>
    public static double Trust(int points, double prior) => Math.Max(points, 0) / (Math.Max(points, 0) + prior);
}
