namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>One range of predicted risk.</summary>
/// <param name="Cases">Clusters of updates whose risk was predicted to lie in it.</param>
/// <param name="Predicted">Mean of the predictions.</param>
/// <param name="Hurt">Share of the cases that the update hurts.</param>
public readonly record struct RiskDecile(double From, int Cases, double Predicted, double Hurt);

/// <summary>
/// How the risks of plans compare with what was hidden: a case is a cluster of an update, whether the update reached it or
/// not, and it came true where the update hurts it.
/// </summary>
/// <param name="BrierSkill">1 − Brier score / that of always predicting the share that is hurt (Murphy 1973); 1 is best.</param>
/// <param name="Deciles">Ranges of a tenth with cases in them.</param>
/// <param name="PartlyHurt">Updates that hurt some of their clusters and not all.</param>
/// <param name="VulnerableLast">Those of them whose plan puts every hurt cluster behind every other one.</param>
public sealed record RiskCalibration(
    int Cases,
    double BrierSkill,
    IReadOnlyList<RiskDecile> Deciles,
    int PartlyHurt,
    int VulnerableLast
)
{
    public static RiskCalibration Of(IEnumerable<FleetResult> results)
    {
        var plans = results.Select(Outcomes).ToList();
        var cases = plans.SelectMany(plan => plan).ToList();
        var share = cases.Count == 0 ? 0 : cases.Average(one => one.Hurt);
        var deciles = cases
            .GroupBy(one => Math.Min(9, (int)(10 * one.Risk)))
            .OrderBy(group => group.Key)
            .Select(group => new RiskDecile(
                group.Key / 10.0,
                group.Count(),
                group.Average(one => one.Risk),
                group.Average(one => one.Hurt)
            ));
        var partly = plans.Where(plan => plan.Select(one => one.Hurt).Distinct().Count() == 2).ToList();
        return new RiskCalibration(
            cases.Count,
            1 - cases.Sum(one => Math.Pow(one.Risk - one.Hurt, 2)) / cases.Sum(one => Math.Pow(share - one.Hurt, 2)),
            [.. deciles],
            partly.Count,
            partly.Count(IsInOrder)
        );
    }

    private static IReadOnlyList<(double Risk, double Hurt)> Outcomes(FleetResult result)
    {
        var hurt = result.Update.Hurt;
        return
        [
            .. result.Plan.Clusters.Select(cluster =>
                (cluster.Risk, hurt[result.Update.IndexOf(cluster.Name)] ? 1.0 : 0.0)
            ),
        ];
    }

    private static bool IsInOrder(IReadOnlyList<(double Risk, double Hurt)> plan) =>
        plan.Zip(plan.Skip(1)).All(pair => pair.First.Hurt <= pair.Second.Hurt);
}
