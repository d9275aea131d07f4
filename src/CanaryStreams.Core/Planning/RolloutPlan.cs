using System.Text.Json.Serialization;

namespace CanaryStreams.Core.Planning;

/// <summary>How a rollout will go about it, journalled before its first command.</summary>
/// <param name="Model">Which rule or model predicted the risk, with its version.</param>
/// <param name="ChangeRisk">Risk of the change alone, 0..1.</param>
/// <param name="Clusters">In the order of the rollout, the most resilient first.</param>
public sealed record RolloutPlan(string Model, double ChangeRisk, IReadOnlyList<ClusterPlan> Clusters);

/// <param name="Risk">Predicted risk of the change in this cluster, 0..1.</param>
/// <param name="Steps">Canary weights in per cent, rising; a last 100 after smaller ones is the promotion itself.</param>
/// <param name="FailureThreshold">P(sustained) from which an anomaly in this cluster rolls back, in (0,1).</param>
/// <param name="Reason">A sentence that says why this place and these steps.</param>
/// <param name="Wave">
/// Consecutive clusters of the same number go together, step by step, and have the same steps; null: on its own.
/// </param>
/// <param name="Impact">Null where a rule predicts nothing but the risk, and in plans that were revised.</param>
public sealed record ClusterPlan(
    string Name,
    double Risk,
    IReadOnlyList<int> Steps,
    double FailureThreshold,
    string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Wave = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PredictedImpact? Impact = null
)
{
    /// <summary>
    /// The steps that bake. A closing 100 has no concurrent stable left to compare with, so it is the promotion; a
    /// lone 100 is baked all the same, because otherwise nothing would be judged at all.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<int> CanarySteps => Baked(Steps);

    /// <summary>Of all steps those that bake; see <see cref="CanarySteps"/>.</summary>
    internal static IReadOnlyList<int> Baked(IReadOnlyList<int> steps) =>
        steps is [_, .., 100] ? [.. steps.SkipLast(1)] : steps;
}
