namespace CanaryStreams.Core.Evidence;

/// <summary>What stable's own history says of a ratio's events (of the rarer outcome) before a canary starts.</summary>
/// <param name="Events">Events behind the rate, blips left out.</param>
/// <param name="Trials">Trials behind it.</param>
/// <param name="EventsPerBucket">Mean events of a bucket with trials.</param>
/// <param name="ArmDeviation">Standard deviation of ln(rate) from bucket to bucket beyond counting noise.</param>
internal sealed record RatioBaseline(
    double Events,
    double Trials,
    double EventsPerBucket,
    double ArmDeviation,
    BlipProfile Blips
)
{
    private const double PriorVariance = 0.08 * 0.08;
    private const int Passes = 3;

    /// <param name="history">One bucket each, oldest first, empties included.</param>
    /// <param name="complement">Count trials without the event (for ratios near one).</param>
    public static RatioBaseline Learn(IReadOnlyList<Arm> history, bool complement, EvidenceSettings settings)
    {
        var excess = new double[history.Count];
        var (events, trials) = Sum(history, complement, excess);
        var variance = PriorVariance;
        for (var pass = 0; pass < Passes; pass++)
        {
            var rate = events / Math.Max(trials, 1);
            for (var i = 0; i < excess.Length; i++)
                excess[i] = Excess(history[i], complement, rate, variance);
            (events, trials) = Sum(history, complement, excess);
            variance = Overdispersion(history, complement, excess, events / Math.Max(trials, 1));
        }
        var buckets = 0;
        for (var i = 0; i < excess.Length; i++)
            buckets += excess[i] == 0 && history[i].Count > 0 ? 1 : 0;
        return new RatioBaseline(
            events,
            trials,
            events / Math.Max(buckets, 1),
            Math.Sqrt(variance),
            BlipProfile.Learn(excess, settings)
        );
    }

    public static double EventsOf(in Arm arm, bool complement) =>
        arm.Count > 0 ? Math.Clamp(complement ? 1 - arm.Mean : arm.Mean, 0, 1) * arm.Count : 0;

    private static (double Events, double Trials) Sum(IReadOnlyList<Arm> history, bool complement, double[] excess)
    {
        var (events, trials) = (0.0, 0.0);
        for (var i = 0; i < history.Count; i++)
        {
            if (excess[i] > 0 || history[i].Count <= 0)
                continue;
            events += EventsOf(history[i], complement);
            trials += history[i].Count;
        }
        return (events, trials);
    }

    /// <summary>By how much the bucket's rate stands out over the usual one; 0 where it doesn't.</summary>
    private static double Excess(in Arm arm, bool complement, double rate, double variance)
    {
        if (arm.Count <= 0)
            return 0;
        var expected = rate * arm.Count;
        var surplus = EventsOf(arm, complement) - expected;
        var outlying = 4 * Math.Sqrt(expected + variance * expected * expected) + 1.5;
        return surplus > outlying ? surplus / arm.Count : 0;
    }

    /// <summary>
    /// Moment estimate Σ((k−μ)²−μ)/Σμ² of the relative variance of the rate, shrunk to the prior by its own precision.
    /// </summary>
    private static double Overdispersion(IReadOnlyList<Arm> history, bool complement, double[] excess, double rate)
    {
        var (surplus, information, buckets) = (0.0, 0.0, 0);
        for (var i = 0; i < history.Count; i++)
        {
            if (excess[i] > 0 || history[i].Count <= 0)
                continue;
            var expected = rate * history[i].Count;
            var residual = EventsOf(history[i], complement) - expected;
            surplus += residual * residual - expected;
            information += expected * expected;
            buckets++;
        }
        if (information <= 0)
            return PriorVariance;
        var estimate = Math.Max(surplus / information, 0);
        var uncertainty = 2 / information + 4 * estimate * estimate / buckets;
        const double PriorUncertainty = PriorVariance * PriorVariance;
        var variance =
            (estimate / uncertainty + PriorVariance / PriorUncertainty) / (1 / uncertainty + 1 / PriorUncertainty);
        return Math.Clamp(variance, 0.02 * 0.02, 0.4 * 0.4);
    }
}
