using CanaryStreams.Cli.Explain;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Cli.Replay;

/// <summary>How one rollout of a replay came out.</summary>
/// <param name="What"><c>rolled back</c>, <c>promoted</c>, <c>held</c>, …</param>
/// <param name="AfterMinutes">From the request to the decision; null where none was made.</param>
/// <param name="Because">The metric and cluster that decided, or why it is held; empty where it passed.</param>
internal sealed record ReplayDecision(string What, double? AfterMinutes, string Because)
{
    public const string RolledBack = "rolled back";

    /// <summary>The input's request was rejected: its policy isn't in this file.</summary>
    public static ReplayDecision NeverBegan { get; } = new("never began", null, "its policy is unknown");

    public static ReplayDecision Of(IReadOnlyList<RolloutEvent> events)
    {
        if (events.Count == 0)
            return NeverBegan;
        var state = Evolution.Fold(RolloutState.Initial, events);
        if (state.Rollback is { } rollback)
            return new ReplayDecision(RolledBack, Minutes(events, rollback.Time), Reason(rollback));
        var hold = state.Holds.LastOrDefault();
        return new ReplayDecision(
            StateText.Of(state),
            (state.EndedAt ?? hold?.Since) is { } time ? Minutes(events, time) : null,
            hold?.Reason ?? Limited(state)
        );
    }

    public override string ToString() =>
        What
        + (AfterMinutes is { } minutes ? $" after {ReasonText.Minutes(minutes)}" : "")
        + (Because.Length > 0 ? $": {Because}" : "");

    private static string Limited(RolloutState state) =>
        state.Clusters.Where(cluster => cluster.HasFailed).Select(cluster => cluster.Name).ToList()
            is { Count: > 0 } failed
            ? $"out of {Wave.Listed(failed)}"
            : "";

    private static string Reason(RollbackDecided rollback) =>
        rollback switch
        {
            { Evidence: [var first, ..] } => $"{first.Metric} in {first.Cluster}",
            { Cause: RollbackCause.SilentCanary } => "the canary fell silent",
            _ => "no verdict",
        };

    private static double Minutes(IReadOnlyList<RolloutEvent> events, DateTimeOffset time) =>
        (time - events[0].Time).TotalMinutes;
}
