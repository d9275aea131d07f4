using System.Text.Json.Serialization;

namespace CanaryStreams.Core.Rollouts;

/// <summary>What a deployment agent is told to do.</summary>
public enum CommandKind
{
    /// <summary>Give the canary (or one variant of it) this share of the traffic.</summary>
    SetCanary,

    /// <summary>A person paused the rollout: keep the weight, don't ramp.</summary>
    Hold,

    /// <summary>A person let it go on.</summary>
    Resume,

    /// <summary>The version becomes the cluster's stable one.</summary>
    Promote,

    /// <summary>Back to the version the rollout came from.</summary>
    Rollback,

    /// <summary>One variant takes the canary's whole share.</summary>
    SelectVariant,
}

/// <summary>A record of <c>canary.control</c>.</summary>
public sealed record ControlCommand
{
    public required DateTimeOffset Time { get; init; }

    /// <summary><c>{rollout}/{n}</c>; one meaning for ever, however often it is sent.</summary>
    public required string Id { get; init; }
    public required string Rollout { get; init; }

    /// <summary>Grows each time the rollout changes its owner; an agent drops a command of a lower one.</summary>
    public required int Epoch { get; init; }
    public required string App { get; init; }
    public required string Cluster { get; init; }
    public required CommandKind Command { get; init; }
    public required string Version { get; init; }
    public string? Variant { get; init; }

    /// <summary>Share of the traffic after the command, 0..100.</summary>
    public required int WeightPct { get; init; }

    /// <summary>Without a newer command by then the agent returns to stable; null for what is final (promote, rollback).</summary>
    public DateTimeOffset? Expires { get; init; }
    public required CommandReason Reason { get; init; }

    /// <summary>It speaks of one variant's share and leaves the cluster's other variants as they are.</summary>
    internal bool IsOfOneVariant =>
        Variant is not null && Command is (CommandKind.SetCanary or CommandKind.Hold or CommandKind.Resume);
}

/// <summary>Why a command was given.</summary>
/// <param name="Summary">A sentence for the person on call.</param>
/// <param name="Score">Anomaly score of the deciding signal, 0..1; null where no signal decided.</param>
/// <param name="FailureProbability">P(sustained) of it.</param>
/// <param name="Threshold">P(sustained) from which an anomaly rolls back.</param>
public sealed record CommandReason(
    string Summary,
    double? Score,
    double? FailureProbability,
    double? Threshold,
    IReadOnlyList<CommandEvidence> Evidence
)
{
    public static CommandReason Of(string summary) => new(summary, null, null, null, []);
}

/// <summary>What an agent, and whoever watches <c>canary.control</c>, is told of the evidence behind a command.</summary>
/// <param name="Effect">Canary − stable since the onset: absolute, or a fraction of stable where the policy's minEffect is relative.</param>
/// <param name="EffectLower">Lower end of a 95 % interval.</param>
/// <param name="EffectUpper">Upper end of it.</param>
/// <param name="EThreshold">e-value from which the process counts as evidence.</param>
/// <param name="PThreshold">P(sustained) from which an anomaly rolls back.</param>
/// <param name="Models">Versions of the models behind the scores; null where the signal names none.</param>
/// <param name="Share">Share of the budget where it isn't 1 / threshold: the fleet has taught another threshold.</param>
public sealed record CommandEvidence(
    string Cluster,
    string Metric,
    string? Variant,
    double Effect,
    double EffectLower,
    double EffectUpper,
    double EValue,
    double EThreshold,
    double AnomalyScore,
    double PSustained,
    double PThreshold,
    DateTimeOffset? Onset,
    string? Models,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Share = null
)
{
    public static CommandEvidence Of(RollbackEvidence e) =>
        new(
            e.Cluster,
            e.Metric,
            e.Variant,
            e.Effect,
            e.EffectLower,
            e.EffectUpper,
            e.EValue,
            e.EThreshold,
            e.AnomalyScore,
            e.PSustained,
            e.PThreshold,
            e.Onset,
            e.Models,
            e.IsThresholdTaught ? e.Share : null
        );
}
