using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Cli.Verdicts;

/// <summary>
/// A rule in the manner of Flagger, for comparison: a check every minute of the canary alone against fixed limits, and a
/// rollback when ten have failed, in a row or not.
/// </summary>
/// <remarks>
/// The limits: 1 % of errors and of failed synthetic runs, Flagger's own example; for what has no usual value (latency,
/// CPU, memory) one and a half times the mean of stable's last hour, as a person would set it; conversion two thirds of
/// it. A metric that says nothing fails the check, as it does there; no synthetic runs are no metric.
/// </remarks>
internal static class ThresholdJudge
{
    private const int FailedChecks = 10;
    private const double ErrorsMost = 0.01;
    private const double Factor = 1.5;

    /// <returns>Minutes since the canary's start; null where it isn't rolled back.</returns>
    public static double? RollBackMinute(RecordedRollout rollout)
    {
        var checks = RecordedRollout
            .Policies.Select(policy => Check(rollout, policy))
            .OfType<Func<int, bool>>()
            .ToList();
        var failed = 0;
        for (var minute = 0; minute < SimulatedRollout.CanaryMinutes; minute++)
        {
            if (!checks.TrueForAll(passes => passes(minute)) && ++failed == FailedChecks)
                return minute + 1;
        }
        return null;
    }

    /// <summary>Whether a minute passes; null where the rollout has no such metric.</summary>
    private static Func<int, bool>? Check(RecordedRollout rollout, MetricPolicy policy)
    {
        if (rollout.Find(policy.Name, Track.Canary) is not { } canary)
            return null;
        if (policy.Name == RecordedRollout.Synthetic)
            return minute => canary.Value(minute) is not > ErrorsMost;
        if (policy is { Kind: MetricKind.Ratio, Worse: Worse.Up })
            return minute => canary.Value(minute) is <= ErrorsMost;
        var history = rollout.Find(policy.Name, Track.Stable)?.Values(-SimulatedRollout.HistoryMinutes, 0) ?? [];
        if (history.Length == 0)
            return null;
        var usual = history.Average();
        return policy.Worse == Worse.Down
            ? minute => canary.Value(minute) >= usual / Factor
            : minute => canary.Value(minute) <= usual * Factor;
    }
}
