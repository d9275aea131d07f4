using System.Globalization;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Cli.Rollout;

/// <summary>A rollout's plan in tables for a person: as it was before the first command, then how its canaries were sized, each revision, and what was taken out of it.</summary>
internal static class PlanReport
{
    /// <param name="events">All of the rollout's so far, at least one.</param>
    /// <returns>False where it was never planned.</returns>
    public static bool Write(string rollout, IReadOnlyList<RolloutEvent> events, TextWriter output)
    {
        var requested = events.OfType<RolloutRequested>().FirstOrDefault();
        if (requested is null || events.OfType<RolloutPlanned>().FirstOrDefault() is not { } planned)
        {
            output.WriteLine($"{rollout} has no plan: {EventSentence.Of(events[^1])}");
            return false;
        }
        var (request, policy) = (requested.Request, requested.Policy);
        var from = request.From is { } version ? $" over {version}" : "";
        output.WriteLine(
            $"{rollout}: {request.App} {request.Version}{from}, planned {RolloutReport.Time(planned.Time)} (UTC) by {planned.Plan.Model}, "
                + $"risk of the change {planned.Plan.ChangeRisk:0.00}"
        );
        output.WriteLine(Times(policy));
        if (request.Variants.Count > 0)
            output.WriteLine($"variants, in equal slices of the canary: {string.Join(", ", request.Variants)}");
        TextTable.Write(output, Clusters(planned.Plan.Clusters, []), "  ");
        foreach (var cluster in planned.Plan.Clusters)
        foreach (var metric in cluster.Impact?.Metrics ?? [])
            output.WriteLine($"  {cluster.Name}: {Expected(metric)}");
        output.WriteLine();
        TextTable.Write(output, Thresholds(policy, planned.Budget), "  ");
        foreach (var happened in events)
        {
            if (happened is PlanRevised revised)
                WriteRevision(revised, output);
            else if (happened is CanarySized sized)
                WriteSizes(sized, output);
            else if (happened is ClustersRolledBack limited)
                WriteOut(limited, output);
        }
        return true;
    }

    private static void WriteSizes(CanarySized sized, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"sized {RolloutReport.Time(sized.Time)} by the traffic that stable told");
        string[] header = ["CLUSTER", "CANARY % BEFORE", "CANARY %", "WHY"];
        var rows = sized.Clusters.Select(one =>
            new[]
            {
                one.Cluster,
                string.Join(' ', one.Before),
                string.Join(' ', one.After),
                one.Need is { } need ? CanaryNeedSentence.Of(need) : "as the others of its wave",
            }
        );
        TextTable.Write(output, [header, .. rows], "  ");
    }

    private static void WriteOut(ClustersRolledBack limited, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"since {RolloutReport.Time(limited.Time)} {limited.Scope}");
    }

    private static void WriteRevision(PlanRevised revised, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"revised {RolloutReport.Time(revised.Time)} by {revised.Plan.Model}: {revised.Reason}");
        TextTable.Write(output, Clusters(revised.Plan.Clusters, revised.Risks), "  ");
    }

    /// <param name="risks">Empty where nothing is revised.</param>
    private static List<string[]> Clusters(IReadOnlyList<ClusterPlan> clusters, IReadOnlyList<RevisedRisk> risks)
    {
        var before = risks.ToDictionary(risk => risk.Cluster, risk => $"{risk.Before:0.00} → ");
        string[] header = ["CLUSTER", "WAVE", "RISK", "CANARY %", "ROLLS BACK FROM P(SUSTAINED)", "WHY"];
        return
        [
            header,
            .. clusters.Select(cluster =>
                new[]
                {
                    cluster.Name,
                    cluster.Wave is { } wave ? $"{wave}" : "alone",
                    $"{before.GetValueOrDefault(cluster.Name)}{Risk(cluster)}",
                    string.Join(' ', cluster.Steps),
                    $"{cluster.FailureThreshold:0.00}",
                    cluster.Reason,
                }
            ),
        ];
    }

    /// <param name="budget">Null in rollouts of earlier versions.</param>
    private static List<string[]> Thresholds(Policy policy, BudgetSplit? budget)
    {
        var share = budget is null ? "unknown" : Figures.Percent(budget.Share);
        return
        [
            ["METRIC", "WORSE", "WORTH A ROLLBACK FROM", "CHANCE OF A FALSE ONE IN EACH CLUSTER"],
            .. policy.Metrics.Select(metric =>
                new[]
                {
                    metric.Name,
                    metric.Worse.ToString().ToLowerInvariant(),
                    Figures.MinEffect(metric.Name, policy),
                    share,
                }
            ),
        ];
    }

    private static string Risk(ClusterPlan cluster) =>
        cluster.Impact is { } impact
            ? $"{cluster.Risk:0.00} ({impact.RiskLower:0.00}…{impact.RiskUpper:0.00})"
            : $"{cluster.Risk:0.00}";

    private static string Expected(MetricImpact metric) =>
        $"{metric.Metric} is expected to get worse by {metric.Mean:0.0} ± {metric.Sd:0.0} of what is worth a rollback";

    private static string Times(Policy policy) =>
        $"policy '{policy.Name}': each step bakes {Minutes(policy.Bake)} and has a verdict within {Minutes(policy.DecideBy)}; "
        + $"a healthy rollout is rolled back with a probability of {Figures.Percent(policy.FalseRollbackBudget)} at most";

    private static string Minutes(TimeSpan time) =>
        $"{time.TotalMinutes.ToString("0.##", CultureInfo.InvariantCulture)} min";
}
