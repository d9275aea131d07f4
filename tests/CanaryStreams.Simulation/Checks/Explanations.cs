using CanaryStreams.Core.Policies;
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
        var reason = happened switch
        {
            OwnershipTaken e when e.Epoch <= before.Epoch => $"epoch {e.Epoch} isn't above {before.Epoch}",
            CommandIssued e => OfCommand(e.Command, before),
            RollbackDecided { Cause: RollbackCause.Evidence } e => e.Evidence.Count == 0
                ? "a rollback without evidence"
                : e.Evidence.Select(one => OfEvidence(one, bucket)).FirstOrDefault(one => one is not null),
            ClustersRolledBack e => OfPart(e, before, bucket),
            AnomalyNoted e => OfEvidence(e.Evidence, bucket),
            RolloutHeld { Kind: HoldKind.Telemetry, Condition: not TelemetryCondition.Absent } e => OfHold(
                e,
                before,
                bucket
            ),
            StepStarted e => before.Pending.Any(pending => before.Wave!.Has(pending.Command.Cluster))
                ? $"step {e.Step} begins before every cluster of {before.Wave} has its weight"
                : null,
            BakeStarted => IsWell(before, bucket) ? null : "baking begins in a bucket that isn't well",
            StepPassed { Inconclusive: false } => IsWell(before, bucket)
                ? null
                : "a step passes in a bucket that isn't well",
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
            CommandKind.Rollback => before.Rollback is not null
            || before.Phase == RolloutPhase.Cancelling
            || IsOut(command.Cluster, before)
                ? null
                : "a rollback that nobody decided",
            _ when IsOut(command.Cluster, before) => $"{command.Command} in a cluster that is out",
            _ when before.Phase != RolloutPhase.Running => $"{command.Command} in phase {before.Phase}",
            CommandKind.SetCanary => before.Step is { } step
            && before.Wave!.Has(command.Cluster)
            && step.Index < before.Wave.CanarySteps.Count
            && before.Wave.CanarySteps[step.Index] == command.WeightPct
                ? null
                : "no step asks for it",
            CommandKind.Promote => before.Forced
            || before.Step is { } last
                && before.Wave!.Has(command.Cluster)
                && last.Index >= before.Wave.CanarySteps.Count
                ? null
                : "no step asks for it",
            _ => null,
        };

    private static bool IsOut(string cluster, RolloutState before) =>
        before.Clusters.Any(one => one.Name == cluster && one.Withdrawn is not null);

    /// <summary>Each cluster is ruled on that isn't out already, once; the policy allows it, and what fails does so by its own evidence.</summary>
    private static string? OfPart(ClustersRolledBack e, RolloutState before, IReadOnlyList<Signal> bucket)
    {
        var ruled = e.Out.Concat(e.GoOn).Select(ruling => ruling.Cluster).Order().ToList();
        var left = before.Clusters.Where(cluster => cluster.Withdrawn is null).Select(cluster => cluster.Name).Order();
        return before.Policy!.Blast == BlastRule.All ? "the policy takes all back"
            : !ruled.SequenceEqual(left) ? $"it rules on {string.Join(", ", ruled)}"
            : e.Out.Count == 0 || e.GoOn.Count == 0 ? "nothing is out, or nothing goes on"
            : e.Cause != RollbackCause.Evidence ? null
            : e.Evidence.Count == 0 ? "a rollback without evidence"
            : e.Out.Where(one => one.Failed).Any(one => e.Evidence.All(seen => seen.Cluster != one.Cluster))
                ? "a cluster failed without evidence"
            : e.Evidence.Select(one => OfEvidence(one, bucket)).FirstOrDefault(one => one is not null);
    }

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

    /// <summary>The cluster that it names isn't well; of one on its own it needs no name.</summary>
    private static string? OfHold(RolloutHeld held, RolloutState before, IReadOnlyList<Signal> bucket)
    {
        var wave = before.Wave!;
        if (held.Cluster is null != (wave.Clusters.Count == 1))
            return $"held for telemetry of '{held.Cluster}' in a wave of {wave}";
        return IsWell(held.Cluster ?? wave.First.Name, before, bucket)
            ? $"held for telemetry, and the bucket is whole and well: {held.Reason}"
            : null;
    }

    /// <summary>Every cluster in which the rollout grows.</summary>
    private static bool IsWell(RolloutState before, IReadOnlyList<Signal> bucket) =>
        before.Wave?.Clusters.All(cluster => IsWell(cluster.Name, before, bucket)) == true;

    private static bool IsWell(string cluster, RolloutState before, IReadOnlyList<Signal> bucket) =>
        IsWell([
            .. bucket.Where(signal =>
                signal.Cluster == cluster && (signal.Track == Track.Stable || signal.Version == before.Request!.Version)
            ),
        ]);

    private static bool IsWell(List<Signal> signals) =>
        signals.Exists(signal => signal.Track == Track.Stable)
        && signals.Exists(signal => signal.Track == Track.Canary)
        && signals.TrueForAll(signal =>
            signal.Quality is SignalQuality.Ok or SignalQuality.Sparse
            && (signal.Track == Track.Stable || signal.Evidence is not null)
        );
}
