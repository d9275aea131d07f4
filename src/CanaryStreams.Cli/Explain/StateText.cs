using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Cli.Explain;

/// <summary>Where a rollout is in its life, in a word or two.</summary>
internal static class StateText
{
    public static string Of(RolloutState state) =>
        state is { Phase: RolloutPhase.Running, Holds.IsEmpty: false } ? "held" : Of(state.Phase, state.Outcome);

    public static string Of(RolloutPhase phase, RolloutOutcome? outcome) =>
        (phase, outcome) switch
        {
            (_, RolloutOutcome.RolledBack) => "rolled back",
            (_, RolloutOutcome.PartlyPromoted) => "partly promoted",
            (_, { } ended) => ended.ToString().ToLowerInvariant(),
            (RolloutPhase.RollingBack, _) => "rolling back",
            (RolloutPhase.None, _) => "unreadable",
            _ => phase.ToString().ToLowerInvariant(),
        };
}
