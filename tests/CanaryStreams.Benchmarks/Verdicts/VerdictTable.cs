using CanaryStreams.Core.Forecast;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Benchmarks.Verdicts;

/// <summary>Prints the table of docs/results/forecast.md: verdicts on simulated rollouts, family by family.</summary>
internal static class VerdictTable
{
    private const double FailureThreshold = 0.6;

    /// <param name="arguments">Seed, number of rollouts, families; all optional.</param>
    public static void Print(string[] arguments, TextWriter output)
    {
        var seed = arguments.Length > 0 ? ulong.Parse(arguments[0]) : 601;
        var count = arguments.Length > 1 ? int.Parse(arguments[1]) : 9000;
        var families = RolloutFamilies.Parse(arguments.Length > 2 ? arguments[2] : "all");
        var rollouts = RolloutSimulator.Rollouts(seed, count, families).ToArray();
        var verdicts = new Verdict[rollouts.Length];
        Parallel.For(
            0,
            rollouts.Length,
            i => verdicts[i] = VerdictStudy.Judge(rollouts[i], FailureForecaster.Default, FailureThreshold)
        );
        output.WriteLine("| family | rollouts | false | caught | median minutes | median lead |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var row in VerdictStudy.Summarise(verdicts))
            output.WriteLine(
                $"| {row.Family.Name()} | {row.Rollouts} | {100.0 * row.False / row.Rollouts:F2} % "
                    + $"| {(row.Family.IsFaulty() ? $"{100.0 * row.Caught / row.Rollouts:F1} %" : "")} "
                    + $"| {row.MedianDelayMinutes} | {row.MedianLeadMinutes} |"
            );
        var healthy = verdicts.Where(v => !v.Rollout.Family.IsFaulty()).ToArray();
        if (healthy.Length > 0)
            output.WriteLine(
                $"Healthy, all families: {healthy.Count(v => v.IsFalse)} of {healthy.Length} rolled back."
            );
    }
}
