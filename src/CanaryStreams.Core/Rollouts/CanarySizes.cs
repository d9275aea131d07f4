using System.Collections.Immutable;
using CanaryStreams.Core.Planning;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Folds the sizes of canaries into the plan.</summary>
internal static class CanarySizes
{
    public static RolloutState Fold(RolloutState state, CanarySized e)
    {
        var sized = e.Clusters.ToDictionary(one => one.Cluster);
        var weight = WeightOf(state);
        var told = e.Clusters.Select(one => one.Need).OfType<CanaryNeed>().ToImmutableArray();
        var next = state with
        {
            Plan = state.Plan! with
            {
                Clusters =
                [
                    .. state.Plan.Clusters.Select(cluster => Sized(cluster, sized.GetValueOrDefault(cluster.Name))),
                ],
            },
            Needs = [.. state.Needs.Where(known => told.All(need => need.Cluster != known.Cluster)), .. told],
        };
        return weight is null || WeightOf(next) == weight
            ? next
            : next with
            {
                Step = StepState.At(next.Step!.Cluster, next.Step.Index),
            };
    }

    /// <summary>Of the step under way; null where none is.</summary>
    private static int? WeightOf(RolloutState state) =>
        state.IsCanaryStep ? state.Wave!.CanarySteps[state.Step!.Index] : null;

    private static ClusterPlan Sized(ClusterPlan cluster, SizedCanary? sized) =>
        sized is null || sized.Before.SequenceEqual(sized.After)
            ? cluster
            : cluster with
            {
                Steps = sized.After,
                Reason =
                    $"{cluster.Reason}; starts at {sized.After[0]} %: "
                    + (sized.Need is { } need ? CanaryNeedSentence.Of(need) : "as the others of its wave"),
            };
}
