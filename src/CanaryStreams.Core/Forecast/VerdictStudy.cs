using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Forecast;

/// <summary>
/// Measures verdicts on simulated rollouts: roll back when some series has enough evidence of an effect worth it and its
/// failure is forecast to last. What a policy with one step of 60 minutes would do, without the way through records.
/// </summary>
public static class VerdictStudy
{
    private const double FalseRollbackBudget = 0.01;

    /// <param name="failureThreshold">P(sustained) from which an anomaly rolls back.</param>
    public static Verdict Judge(SimulatedRollout rollout, FailureForecaster forecaster, double failureThreshold)
    {
        var verdict = new Verdict(rollout, null, null);
        foreach (var (name, minutes) in SimulatedJudgement.Of(rollout, forecaster, FalseRollbackBudget))
        foreach (var minute in minutes)
        {
            if (minute.Minute + 1 >= verdict.RolledBackAtMinute)
                break;
            if (!minute.Reading.IsAnomaly || minute.Forecast.PSustained < failureThreshold)
                continue;
            verdict = verdict with { RolledBackAtMinute = minute.Minute + 1, Series = name };
            break;
        }
        return verdict;
    }

    /// <summary>A table of families, in their order.</summary>
    public static IReadOnlyList<FamilyVerdicts> Summarise(IEnumerable<Verdict> verdicts) =>
        [
            .. verdicts
                .GroupBy(v => v.Rollout.Family)
                .OrderBy(g => g.Key)
                .Select(g => new FamilyVerdicts(
                    g.Key,
                    g.Count(),
                    g.Count(v => v.IsFalse),
                    g.Count(v => v.Delay is not null),
                    Median(g.Select(v => v.Delay).OfType<double>()),
                    Median(g.Select(v => v.Lead).OfType<double>())
                )),
        ];

    private static double? Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
