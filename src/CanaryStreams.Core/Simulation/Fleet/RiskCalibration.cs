using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Impact;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>
/// How the risks of plans compare with what was hidden: a case is a cluster of an update, whether the update reached it or
/// not, and it came true where the update hurts it.
/// </summary>
/// <param name="BrierSkill">1 − Brier score / that of always predicting the share that is hurt (Murphy 1973); 1 is best.</param>
/// <param name="Deciles">Predictions by tenths, beside the share of clusters that the update hurts.</param>
/// <param name="PartlyHurt">Updates that hurt some of their clusters and not all.</param>
/// <param name="VulnerableLast">Those of them whose plan puts every hurt cluster behind every other one.</param>
public sealed record RiskCalibration(
    int Cases,
    double BrierSkill,
    IReadOnlyList<CalibrationBin> Deciles,
    int PartlyHurt,
    int VulnerableLast
)
{
    /// <param name="plan">Which of a result's plans is judged.</param>
    public static RiskCalibration Of(IEnumerable<FleetResult> results, Func<FleetResult, RolloutPlan> plan)
    {
        var plans = results.Select(result => Outcomes(result, plan(result))).ToList();
        var cases = plans.SelectMany(judged => judged).ToList();
        var share = cases.Count == 0 ? 0 : cases.Average(one => one.Hurt);
        var partly = plans.Where(judged => judged.Select(one => one.Hurt).Distinct().Count() == 2).ToList();
        return new RiskCalibration(
            cases.Count,
            1 - cases.Sum(one => Math.Pow(one.Risk - one.Hurt, 2)) / cases.Sum(one => Math.Pow(share - one.Hurt, 2)),
            CalibrationBin.Of(cases.Select(one => (one.Risk, one.Hurt > 0))),
            partly.Count,
            partly.Count(IsInOrder)
        );
    }

    private static IReadOnlyList<(double Risk, double Hurt)> Outcomes(FleetResult result, RolloutPlan plan)
    {
        var hurt = result.Update.Hurt;
        return
        [
            .. plan.Clusters.Select(cluster => (cluster.Risk, hurt[result.Update.IndexOf(cluster.Name)] ? 1.0 : 0.0)),
        ];
    }

    private static bool IsInOrder(IReadOnlyList<(double Risk, double Hurt)> plan) =>
        plan.Zip(plan.Skip(1)).All(pair => pair.First.Hurt <= pair.Second.Hurt);
}
