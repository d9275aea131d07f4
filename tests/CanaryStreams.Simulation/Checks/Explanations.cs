using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Simulation.Checks;

/// <summary>Nothing is decided without something in the journal, or on an input, that explains it.</summary>
internal static class Explanations
{
    private const string Invariant = "every decision is explained";

    public static void Require(
        string rollout,
        RolloutEvent happened,
        RolloutState before,
        SignalChecks signals,
        HashSet<(string Rollout, DateTimeOffset Time)> asked,
        HashSet<string> answers
    )
    {
        var bucket = before.Request is { } request ? signals.Bucket(request.App, happened.Time) : [];
        var here = before.Step is { } at
            ? bucket.Where(signal => IsOf(signal, before.Clusters[at.Cluster].Name, before.Request!.Version)).ToList()
            : [];
        var reason = happened switch
        {
            OwnershipTaken e when e.Epoch <= before.Epoch => $"epoch {e.Epoch} isn't above {before.Epoch}",
            CommandIssued e => OfCommand(e.Command, before),
            RollbackDecided { Cause: RollbackCause.Evidence } e => e.Evidence.Count == 0
                ? "a rollback without evidence"
                : e.Evidence.Select(one => OfEvidence(one, bucket)).FirstOrDefault(one => one is not null),
            AnomalyNoted e => OfEvidence(e.Evidence, bucket),
            RolloutHeld { Kind: HoldKind.Telemetry, Condition: not TelemetryCondition.Absent } => IsWell(here)
                ? $"held for telemetry, and the bucket is whole and well: {((RolloutHeld)happened).Reason}"
                : null,
            BakeStarted => IsWell(here) ? null : "baking begins in a bucket that isn't well",
            StepPassed { Inconclusive: false } => IsWell(here) ? null : "a step passes in a bucket that isn't well",
            RolloutCancelled or PromotionForced or RolloutHeld { Kind: HoldKind.Operator } => asked.Contains(
                (rollout, happened.Time)
            )
                ? null
                : "nobody asked for it",
            CommandAcknowledged e => answers.Contains($"{rollout}/{e.Number}") ? null : "no agent has said so",
            _ => null,
        };
        Invariants.Require(
            reason is null,
            Invariant,
            () => $"{happened.GetType().Name} of {rollout} at {happened.Time:HH:mm:ss.fff}: {reason}"
        );
    }

    private static string? OfCommand(ControlCommand command, RolloutState before) =>
        command.Command switch
        {
            CommandKind.Rollback => before.Rollback is not null || before.Phase == RolloutPhase.Cancelling
                ? null
                : "a rollback that nobody decided",
            _ when before.Phase != RolloutPhase.Running => $"{command.Command} in phase {before.Phase}",
            CommandKind.SetCanary => before.Step is { } step
            && before.Plan!.Clusters[step.Cluster] is var plan
            && plan.Name == command.Cluster
            && plan.CanarySteps[step.Index] == command.WeightPct
                ? null
                : "no step asks for it",
            CommandKind.Promote => before.Forced
            || before.Step is { } last && last.Index >= before.Plan!.Clusters[last.Cluster].CanarySteps.Count
                ? null
                : "no step asks for it",
            _ => null,
        };

    /// <summary>The evidence is that of a signal of the same bucket.</summary>
    private static string? OfEvidence(RollbackEvidence evidence, IReadOnlyList<Signal> bucket) =>
        bucket.Any(signal =>
            signal.Cluster == evidence.Cluster
            && signal.Metric == evidence.Metric
            && signal.Evidence is { } seen
            && Math.Abs(seen.EValue - evidence.EValue) <= 1e-5 * Math.Abs(seen.EValue)
        )
            ? null
            : $"no signal says {evidence.Metric} of {evidence.Cluster} at e = {evidence.EValue}";

    /// <summary>Of the cluster in which the rollout grows, and neither of an earlier version nor of another cluster.</summary>
    private static bool IsOf(Signal signal, string cluster, string version) =>
        signal.Cluster == cluster && (signal.Track == Track.Stable || signal.Version == version);

    private static bool IsWell(List<Signal> signals) =>
        signals.Exists(signal => signal.Track == Track.Stable)
        && signals.Exists(signal => signal.Track == Track.Canary)
        && signals.TrueForAll(signal =>
            signal.Quality is SignalQuality.Ok or SignalQuality.Sparse
            && (signal.Track == Track.Stable || signal.Evidence is not null)
        );
}
