using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>An impact model for whoever plans by it: the risk of a cluster is P(it fails).</summary>
public sealed class LearntImpact(ImpactModel model) : IImpact
{
    private const int NamedMax = 2;
    private const double Noticeable = 0.005;

    public string Version => model.Version;

    public ImpactAssessment Assess(RolloutRequest request) =>
        new(
            1 - model.Begin(request.App, request.Change, request.Clusters).PNone,
            [
                .. request.Clusters.Select(cluster =>
                    Risk(cluster.Name, model.Predict(request.App, request.Change, cluster))
                ),
            ]
        );

    /// <summary>
    /// A cluster where the version became stable has survived it; one that was taken out for its own sake has failed. A plan of another kind of risk isn't revised: its numbers
    /// mean something else.
    /// </summary>
    public RevisedBelief? Revise(RolloutState state)
    {
        if (!state.Plan!.Model.StartsWith(ImpactModel.Family, StringComparison.Ordinal))
            return null;
        var request = state.Request!;
        var belief = model.Begin(request.App, request.Change, request.Clusters);
        var known = state.Clusters.Where(cluster => cluster.HasSurvived || cluster.HasFailed).ToList();
        foreach (var cluster in known)
            belief = belief.After(cluster.Name, cluster.HasFailed);
        var seen = known
            .OrderBy(cluster => cluster.HasFailed)
            .GroupBy(cluster => cluster.HasFailed ? "failed" : "took it well", cluster => cluster.Name)
            .Select(outcome => $"{Wave.Listed([.. outcome])} {outcome.Key}; ");
        return new RevisedBelief(
            Version,
            $"{string.Concat(seen)}P(no fault) is {belief.PNone:0.00}",
            request.Clusters.ToDictionary(cluster => cluster.Name, cluster => belief.PFailure(cluster.Name))
        );
    }

    private static ClusterRisk Risk(string cluster, ImpactPrediction prediction)
    {
        var (lower, upper) = prediction.Interval;
        return new ClusterRisk(
            cluster,
            prediction.PFailure,
            Because(prediction),
            new PredictedImpact(
                SignificantDigits.Round(lower),
                SignificantDigits.Round(upper),
                prediction.Metrics.Count == 0 ? null : [.. prediction.Metrics.Select(Rounded)]
            )
        );
    }

    private static MetricImpact Rounded(MetricImpact impact) =>
        impact with
        {
            Mean = SignificantDigits.Round(impact.Mean),
            Sd = SignificantDigits.Round(impact.Sd),
        };

    private static string Because(ImpactPrediction prediction)
    {
        var faults = prediction
            .Faults.Where(fault => fault.Probability >= Noticeable)
            .Take(NamedMax)
            .Select(fault => $"{fault.Fault} {fault.Probability:0.00}")
            .ToList();
        var by = prediction
            .Contributions.Where(one => one.Logit > 0)
            .Take(NamedMax)
            .Select(one => one.Feature)
            .ToList();
        return (faults.Count == 0 ? "no fault is likely" : string.Join(", ", faults))
            + (by.Count == 0 ? "" : $", most by {string.Join(" and ", by)}");
    }
}
