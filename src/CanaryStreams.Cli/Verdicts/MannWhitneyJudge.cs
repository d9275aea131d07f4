using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Cli.Verdicts;

/// <summary>
/// A judge in the manner of Kayenta's NetflixACAJudge, for comparison: every ten minutes each metric's minute values of
/// the canary since its start against stable's of the same minutes; rolled back when any is classified as worse, as where
/// every metric is critical.
/// </summary>
/// <remarks>
/// Worse is: the 98 % confidence interval of the Hodges–Lehmann shift lies beyond a quarter of that shift, which is the
/// same as that the values moved by that quarter still differ in the U test; and the means differ by the policy's
/// minEffect, which stands in the place of the allowed increase of an effect size.
/// </remarks>
internal static class MannWhitneyJudge
{
    public const int EveryMinutes = 10;

    /// <summary>Two-sided 98 %: the 0.99 quantile of the normal law.</summary>
    private const double Critical = 2.326348;

    private const double Tolerance = 0.25;

    /// <returns>Minutes since the canary's start; null where it isn't rolled back.</returns>
    public static double? RollBackMinute(RecordedRollout rollout)
    {
        for (var minute = EveryMinutes; minute <= SimulatedRollout.CanaryMinutes; minute += EveryMinutes)
        {
            foreach (var policy in RecordedRollout.Policies)
                if (
                    rollout.Find(policy.Name, Track.Canary)?.Values(0, minute) is { Length: > 0 } canary
                    && rollout.Find(policy.Name, Track.Stable)?.Values(0, minute) is { Length: > 0 } stable
                    && IsWorse(policy, canary, stable)
                )
                    return minute;
        }
        return null;
    }

    /// <summary>Whether the canary's values are classified as worse than stable's; both have some.</summary>
    public static bool IsWorse(MetricPolicy policy, double[] canary, double[] stable) =>
        policy.Worse switch
        {
            Worse.Up => IsHigher(canary, stable),
            Worse.Down => IsHigher(stable, canary),
            _ => IsHigher(canary, stable) || IsHigher(stable, canary),
        } && IsLarge(policy.MinEffect, canary.Average(), stable.Average());

    private static bool IsHigher(double[] x, double[] y) =>
        MannWhitney.Z(x, y) > Critical && MannWhitney.Z(x, y, Tolerance * MannWhitney.Shift(x, y)) > Critical;

    private static bool IsLarge(MinEffect minEffect, double canary, double stable) =>
        Math.Abs(canary - stable) >= minEffect.Size * (minEffect.Relative ? stable : 1);
}
