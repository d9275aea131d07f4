using CanaryStreams.Core.Planning;

namespace CanaryStreams.Core.Rollouts;

/// <summary>An event in words.</summary>
public static class EventSentence
{
    public static string Of(RolloutEvent happened) =>
        happened switch
        {
            RolloutRequested e =>
                $"{e.Request.App} {e.Request.Version} requested for {string.Join(", ", e.Request.Clusters.Select(c => c.Name))}"
                    + $" under policy '{e.Policy.Name}'",
            RolloutRefused e => $"refused: {e.Reason}",
            RolloutPlanned e => $"planned: {Listed(e.Plan)}",
            PlanRevised e => $"plan revised: {e.Reason}; {Listed(e.Plan)}",
            OutlookStated e => e.Summary,
            CanarySized e => $"canaries sized by the traffic: {e.Summary}",
            CommandIssued e => $"command {e.Number} to {Target(e.Command)}: {e.Command.Reason.Summary}",
            CommandResent e => $"command {e.Number} sent again (attempt {e.Attempt}) to {Target(e.Command)}",
            CommandAcknowledged e => $"{e.Cluster} applied command {e.Number} and is at {e.WeightPct} %",
            CommandFailed e => $"{e.Cluster} could not apply command {e.Number}: {e.Error}",
            AgentUnresponsive e =>
                $"the agent of {e.Cluster} gave no good answer to {e.Attempts} sendings of command {e.Number}"
                    + (e.Error is null ? "" : $": {e.Error}"),
            StepStarted e =>
                $"step {e.Step + 1} began in {Where(e.Cluster, e.Clusters)} at {e.WeightPct} %; a verdict is due by {e.DecideAt:HH:mm}",
            BakeStarted => "telemetry of both sides is there: the bake time counts",
            RolloutHeld e => $"held: {e.Reason}",
            RolloutResumed e => $"no longer held ({Word(e.Kind)})" + (e.By is null ? "" : $", by {e.By}"),
            AnomalyNoted { Evidence: var e } =>
                $"{e.Metric} in {e.Cluster} is anomalous (e-value {e.EValue:g3} against {e.EThreshold:g3}), P(sustained) "
                    + (
                        e.PSustained < e.PThreshold
                            ? $"{e.PSustained:0.00} is below {e.PThreshold:0.00}: nothing grows while it lasts"
                            : $"{e.PSustained:0.00} against {e.PThreshold:0.00}: it rolls back if it lasts"
                    ),
            AnomalyCleared { By: { } by } e => $"{by} answers for the anomaly of {e.Metric} in {e.Cluster}",
            AnomalyCleared e => $"{e.Metric} in {e.Cluster} is no longer anomalous",
            StepPassed e => $"step {e.Step + 1} in {Where(e.Cluster, e.Clusters)} passed: "
                + (e.Reason ?? $"{Inconclusiveness.Minutes(e.Baked)} observed and healthy"),
            VariantRolledBack e => e.Summary,
            VariantSelected e => $"variant {e.Variant} selected: {e.Reason}",
            ClusterPromoted e => $"{e.Cluster} is promoted",
            WatchBegun e => $"promoted, and watched against what was expected before until {e.Until:yyyy-MM-dd HH:mm}",
            PromotionForced e => $"promoted by {e.By}" + Because(e.Reason),
            RollbackDecided e => e.Summary,
            ClustersRolledBack e => $"{e.Summary}; {e.Scope}",
            RolloutCancelled e => $"cancelled by {e.By}" + Because(e.Reason),
            OwnershipTaken e => $"taken over by another life of the engine: epoch {e.Epoch}",
            OutcomeReported e => $"{e.Source} says of {e.Cluster ?? "the whole rollout"}: {Word(e.Outcome)}",
            RolloutEnded { Unconfirmed: { } unconfirmed } e => $"ended: {Word(e.Outcome)}, {unconfirmed}",
            RolloutEnded { Unacknowledged: { } clusters } e =>
                $"ended by {e.By}: {Word(e.Outcome)}, without an answer from {string.Join(", ", clusters)}",
            RolloutEnded { Watched: { } watched } e => $"ended: {Word(e.Outcome)}, {watched}",
            RolloutEnded e => $"ended: {Word(e.Outcome)}",
            _ => happened.GetType().Name,
        };

    private static string Listed(RolloutPlan plan) =>
        string.Join("; ", plan.Clusters.Select(c => $"{c.Name} {string.Join("→", c.Steps)} %, {c.Reason}"));

    private static string Where(string cluster, IReadOnlyList<string>? clusters) =>
        clusters is null ? cluster : Wave.Listed(clusters);

    private static string Target(ControlCommand command) =>
        $"{command.Cluster}: {Word(command.Command)} {command.WeightPct} %"
        + (command.Variant is null ? "" : $" (variant {command.Variant})");

    private static string Because(string? reason) => reason is null ? "" : $": {reason}";

    /// <summary>An enumeration's member as words: <c>RolledBack</c> → <c>rolled back</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum =>
        string.Concat(
            value.ToString().Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : " ") + char.ToLowerInvariant(c) : $"{c}")
        );
}
