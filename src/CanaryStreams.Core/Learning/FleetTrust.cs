namespace CanaryStreams.Core.Learning;

/// <summary>
/// How far a rollout may be judged by what the fleet taught. Noise that has grown or become slower since then shows in
/// all metrics at once, a fault in one or two: so the median of their strangeness decides.
/// </summary>
internal static class FleetTrust
{
    /// <summary>Fewer metrics than this can't tell strange noise from a fault: the missing ones count as familiar.</summary>
    private const int LeastMetrics = 3;

    /// <summary>
    /// Sooner a comparison knows too little of its noise, and what strange noise could do in so few looks is little too.
    /// </summary>
    private const double EarlyMinutes = 10;

    /// <summary>
    /// Later at most this: noise that is slower than it was when it was learnt, and not yet seen to be, makes its false
    /// alarms late (measured: nearly all after 20 minutes).
    /// </summary>
    private const double MostLate = 0.5;

    /// <summary>Median strangeness up to which trust is full, and from which there is none.</summary>
    private const double Full = 0.1;
    private const double None = 0.3;

    /// <param name="strangeness">Of each metric that can tell, in [0,1].</param>
    /// <param name="minutes">Since the comparison began.</param>
    /// <returns>The part of the relief that may be made use of, in [0,1].</returns>
    public static double Of(IReadOnlyCollection<double> strangeness, double minutes)
    {
        if (minutes < EarlyMinutes)
            return 1;
        var missing = Math.Max(0, LeastMetrics - strangeness.Count);
        var sorted = strangeness.Concat(Enumerable.Repeat(0.0, missing)).Order().ToArray();
        var median = sorted[sorted.Length / 2];
        return MostLate * Math.Clamp((None - median) / (None - Full), 0, 1);
    }
}
