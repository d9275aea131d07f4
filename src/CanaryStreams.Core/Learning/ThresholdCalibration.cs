namespace CanaryStreams.Core.Learning;

/// <summary>
/// How far below Ville's threshold a metric's evidence may be believed. Ville's inequality holds under any null and any
/// stopping; what kept rollouts really reach is mostly much less. The upper tail of their largest ln E is taken for
/// exponential (peaks over threshold; Pickands 1975 with shape zero, which Ville's bound is too) and carried on to the
/// share of the budget.
/// </summary>
/// <param name="From">ln E from which the tail is counted.</param>
/// <param name="Mean">Mean excess of the tail, nats.</param>
/// <param name="Beyond">Part of the kept rollouts that went beyond <paramref name="From"/>.</param>
internal sealed record ThresholdCalibration(double From, double Mean, double Beyond)
{
    /// <summary>Below this many kept rollouts Ville's threshold holds.</summary>
    private const int LeastRollouts = 20;
    private const double TailPart = 0.15;

    /// <summary>Exceedances that the prior counts for.</summary>
    private const double PriorTail = 6;

    /// <summary>Mean excess where Ville's bound is sharp: one nat.</summary>
    public const double VilleExcess = 1;

    /// <param name="largest">Largest ln E of each kept rollout while its effect was worth a rollback; −∞ where it never was.</param>
    /// <param name="usualExcess">Mean excess of metrics like this one, nats.</param>
    /// <returns>Null where they are too few.</returns>
    public static ThresholdCalibration? Learn(IReadOnlyCollection<double> largest, double usualExcess = VilleExcess)
    {
        if (largest.Count < LeastRollouts)
            return null;
        var (from, excess, tail) = TailOf(largest);
        var mean = (excess + PriorTail * usualExcess) / (tail + PriorTail);
        return new ThresholdCalibration(from, mean, (tail + 0.5) / (largest.Count + 1));
    }

    /// <summary>Mean excess over several metrics of a kind, each over where its own tail begins.</summary>
    public static double UsualExcess(IEnumerable<IReadOnlyCollection<double>> metrics)
    {
        var (excess, count) = (PriorTail * VilleExcess, PriorTail);
        foreach (var (_, sum, tail) in metrics.Where(m => m.Count > 0).Select(TailOf))
        {
            excess += sum;
            count += tail;
        }
        return excess / count;
    }

    private static (double From, double Excess, int Count) TailOf(IReadOnlyCollection<double> largest)
    {
        var sorted = largest.OrderDescending().ToArray();
        var tail = (int)(TailPart * sorted.Length);
        while (tail > 0 && !(sorted[tail] > 0))
            tail--;
        var from = Math.Max(sorted[tail], 0);
        return (from, sorted.Take(tail).Sum(log => log - from), tail);
    }

    /// <summary>Probability that a healthy rollout's evidence ever reaches ln E.</summary>
    public double Reached(double logE) => Math.Min(1, Beyond * Math.Exp(-(logE - From) / Mean));

    /// <summary>The ln E that a healthy rollout's evidence reaches with this probability.</summary>
    public double LogE(double probability) => From + Mean * Math.Max(0, Math.Log(Beyond / probability));
}
