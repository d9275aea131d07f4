namespace CanaryStreams.Core.Learning;

/// <summary>
/// How far below Ville's threshold a metric's evidence may be believed. Ville's inequality holds under any null and any
/// stopping; what kept rollouts really reach is mostly much less. The upper tail of their largest ln E is taken for
/// exponential (peaks over threshold; Pickands 1975 with shape zero, which Ville's bound is too) and carried on to the
/// share of the budget.
/// </summary>
/// <param name="From">ln E from which the tail is counted.</param>
/// <param name="Mean">Mean excess of the tail, nats, its own uncertainty added.</param>
/// <param name="Beyond">Part of the kept rollouts that went beyond <paramref name="From"/>.</param>
internal sealed record ThresholdCalibration(double From, double Mean, double Beyond)
{
    /// <summary>Below this many kept rollouts Ville's threshold holds.</summary>
    private const int LeastRollouts = 20;
    private const double TailPart = 0.15;

    /// <summary>Exceedances with Ville's own mean excess of one nat that the prior counts for.</summary>
    private const double PriorTail = 3;

    /// <param name="largest">Largest ln E of each kept rollout while its effect was worth a rollback; −∞ where it never was.</param>
    /// <returns>Null where they are too few.</returns>
    public static ThresholdCalibration? Learn(IReadOnlyCollection<double> largest)
    {
        if (largest.Count < LeastRollouts)
            return null;
        var sorted = largest.OrderDescending().ToArray();
        var tail = (int)(TailPart * sorted.Length);
        while (tail > 0 && !(sorted[tail] > 0))
            tail--;
        var from = Math.Max(sorted[tail], 0);
        var excess = 0.0;
        for (var i = 0; i < tail; i++)
            excess += sorted[i] - from;
        var mean = (excess + PriorTail) / (tail + PriorTail);
        return new ThresholdCalibration(
            from,
            mean * (1 + 0.5 / Math.Sqrt(tail + PriorTail)),
            (tail + 0.5) / (sorted.Length + 1)
        );
    }

    /// <summary>Probability that a healthy rollout's evidence ever reaches ln E.</summary>
    public double Reached(double logE) => Math.Min(1, Beyond * Math.Exp(-(logE - From) / Mean));

    /// <summary>The ln E that a healthy rollout's evidence reaches with this probability.</summary>
    public double LogE(double probability) => From + Mean * Math.Max(0, Math.Log(Beyond / probability));
}
