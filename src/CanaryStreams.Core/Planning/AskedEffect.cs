using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Planning;

/// <summary>The changes of a ratio that a person would ask of, given its usual rate.</summary>
public static class AskedEffect
{
    private const double MostRate = 0.97;

    /// <summary>
    /// A change that nobody would want to miss. Of what gets worse by rising (or falls from near one): ten times the rate,
    /// but at least five minEffects and at most ten points unless these are more. Of what gets worse by falling: a
    /// quarter of it, but at least five minEffects.
    /// </summary>
    /// <param name="rate">Stable's usual one, in [0,1].</param>
    /// <returns>The canary's rate, in [0,1].</returns>
    public static double Grave(MetricPolicy metric, double rate)
    {
        var least = 5 * Absolute(metric, rate);
        if (metric.Worse != Worse.Down)
            return Risen(rate, least);
        return rate > 0.5 ? 1 - Risen(1 - rate, least) : Math.Max(0, Math.Min(rate - least, 0.75 * rate));
    }

    /// <summary>A change that is just clearly worth a rollback: one and a half minEffects.</summary>
    public static double Small(MetricPolicy metric, double rate)
    {
        var change = 1.5 * Absolute(metric, rate);
        return metric.Worse == Worse.Down
            ? Math.Max(0, rate - change)
            : Math.Min(Math.Max(rate, MostRate), rate + change);
    }

    /// <summary>Share of the canary's synthetic runs that fail where nobody would want to miss it: a fifth, or four minEffects.</summary>
    public static double FailingPairs(Policy policy) => Math.Min(1, Math.Max(0.2, 4 * policy.SyntheticMinEffect));

    private static double Risen(double rate, double least) =>
        Math.Min(Math.Max(rate, MostRate), Math.Max(rate + least, Math.Min(10 * rate, rate + 0.1)));

    private static double Absolute(MetricPolicy metric, double rate) =>
        metric.MinEffect.Relative ? metric.MinEffect.Size * rate : metric.MinEffect.Size;
}
