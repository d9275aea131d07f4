using System.Text.Json.Serialization;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Rollouts;

/// <summary>What happened to a rollout. Names and payloads are a versioned contract: see <c>Wire/EventCodec</c>.</summary>
public abstract record RolloutEvent([property: JsonPropertyOrder(-1)] DateTimeOffset Time);

/// <param name="Policy">As it was when the rollout was requested, so that a restart or replay judges by the same.</param>
public sealed record RolloutRequested(DateTimeOffset Time, RolloutRequest Request, Policy Policy) : RolloutEvent(Time);

/// <summary>Never began; the id is used up, so that a request delivered twice is refused twice.</summary>
public sealed record RolloutRefused(DateTimeOffset Time, string Rollout, string App, string Version, string Reason)
    : RolloutEvent(Time);

/// <param name="Budget">How the false-rollback budget is divided; null in events of earlier versions.</param>
public sealed record RolloutPlanned(
    DateTimeOffset Time,
    RolloutPlan Plan,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BudgetSplit? Budget = null
) : RolloutEvent(Time);

/// <summary>What the clusters so far have shown changes how it goes on in those that are left; what has begun stays as it is.</summary>
/// <param name="Plan">Of all clusters that haven't begun, in their new order.</param>
/// <param name="Reason">A sentence.</param>
/// <param name="Risks">Of each of them, in the new order.</param>
public sealed record PlanRevised(DateTimeOffset Time, RolloutPlan Plan, string Reason, IReadOnlyList<RevisedRisk> Risks)
    : RolloutEvent(Time);

/// <param name="Before">As the plan had it, 0..1.</param>
/// <param name="After">0..1.</param>
public sealed record RevisedRisk(string Cluster, double Before, double After);

/// <summary>What the first step can see, and how soon: said once, before there is anything to see.</summary>
/// <param name="Summary">A sentence or two for whoever asked for the rollout.</param>
public sealed record OutlookStated(DateTimeOffset Time, Outlook Outlook, string Summary) : RolloutEvent(Time);

/// <summary>
/// Stable has told how much traffic there is, and from that follows how large canaries have to be: what runs is resized at once,
/// where its weight changes, and begins its step anew.
/// </summary>
/// <param name="Clusters">In the order of the plan, those of which something is new.</param>
/// <param name="Summary">A sentence for each of the first few.</param>
public sealed record CanarySized(DateTimeOffset Time, IReadOnlyList<SizedCanary> Clusters, string Summary)
    : RolloutEvent(Time);

/// <param name="Before">Its steps until now, in per cent.</param>
/// <param name="After">Its steps from now on; those that it has passed are as they were.</param>
/// <param name="Need">Null for one that follows the others of its wave, and tells nothing itself.</param>
public sealed record SizedCanary(
    string Cluster,
    IReadOnlyList<int> Before,
    IReadOnlyList<int> After,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CanaryNeed? Need
);

/// <param name="Number">n of the command's id.</param>
public sealed record CommandIssued(DateTimeOffset Time, int Number, ControlCommand Command) : RolloutEvent(Time);

/// <param name="Attempt">1 for the first sending under this owner.</param>
public sealed record CommandResent(DateTimeOffset Time, int Number, int Attempt, ControlCommand Command)
    : RolloutEvent(Time);

/// <param name="WeightPct">The weight that the agent says is in force.</param>
public sealed record CommandAcknowledged(DateTimeOffset Time, int Number, string Cluster, int WeightPct)
    : RolloutEvent(Time);

public sealed record CommandFailed(DateTimeOffset Time, int Number, string Cluster, int Attempt, string Error)
    : RolloutEvent(Time);

/// <summary>Every sending of a command went unanswered or failed: somebody should look at that agent.</summary>
public sealed record AgentUnresponsive(DateTimeOffset Time, int Number, string Cluster, int Attempts, string? Error)
    : RolloutEvent(Time);

/// <param name="Step">Index of the step, from 0.</param>
/// <param name="DecideAt">By then the step has a verdict.</param>
/// <param name="Clusters">All clusters of the wave, <paramref name="Cluster"/> the first; null where it is on its own.</param>
public sealed record StepStarted(
    DateTimeOffset Time,
    string Cluster,
    int Step,
    int WeightPct,
    DateTimeOffset DecideAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Clusters = null
) : RolloutEvent(Time);

/// <summary>The first bucket of the step with healthy telemetry on both sides.</summary>
/// <param name="Since">Bake time counts from here.</param>
public sealed record BakeStarted(DateTimeOffset Time, DateTimeOffset Since) : RolloutEvent(Time);

public enum HoldKind
{
    Operator,
    Telemetry,
    Agent,
    Inconclusive,
}

/// <param name="Since">Bake time counts until here.</param>
/// <param name="By">Who paused; null where the engine held.</param>
/// <param name="Evidence">Where each metric stood, where it is for want of a verdict; null elsewhere and where nothing was seen.</param>
/// <param name="Condition">
/// What is wrong with the telemetry. An event of another condition takes the place of the hold that there is. Null for
/// other kinds, and where an earlier version wrote the event.
/// </param>
/// <param name="Cluster">
/// Whose telemetry it is, where several clusters go together; null where one is on its own. An event of another cluster
/// takes the place of the hold that there is.
/// </param>
public sealed record RolloutHeld(
    DateTimeOffset Time,
    HoldKind Kind,
    DateTimeOffset Since,
    string Reason,
    string? By,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<EvidenceStanding>? Evidence = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TelemetryCondition? Condition = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cluster = null
) : RolloutEvent(Time);

/// <param name="Since">Bake time counts again from here, if nothing else holds.</param>
/// <param name="By">Who resumed; null where the engine did.</param>
public sealed record RolloutResumed(DateTimeOffset Time, HoldKind Kind, DateTimeOffset Since, string? By)
    : RolloutEvent(Time);

/// <summary>An anomaly that isn't (yet) forecast to last: it moves nothing, but nothing grows while it is open.</summary>
public sealed record AnomalyNoted(DateTimeOffset Time, RollbackEvidence Evidence) : RolloutEvent(Time);

/// <param name="By">Who answers for it, where its signal no longer comes; null where the signal itself is well again.</param>
public sealed record AnomalyCleared(
    DateTimeOffset Time,
    string Cluster,
    string Metric,
    string? Variant,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? By = null
) : RolloutEvent(Time);

/// <param name="Inconclusive">True where the policy promotes for want of a verdict.</param>
/// <param name="Evidence">Where each metric of the clusters stood, the nearest to its threshold first; null where nothing was seen.</param>
/// <param name="Clusters">All clusters of the wave, <paramref name="Cluster"/> the first; null where it is on its own.</param>
public sealed record StepPassed(
    DateTimeOffset Time,
    string Cluster,
    int Step,
    TimeSpan Baked,
    bool Inconclusive,
    string? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<EvidenceStanding>? Evidence = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Clusters = null
) : RolloutEvent(Time);

/// <summary>One of several variants was taken out; the others go on.</summary>
/// <param name="Summary">A sentence for the person on call.</param>
/// <param name="Evidence">Against stable, the deciding metric first.</param>
/// <param name="Others">Where the other metrics stood, of the other variants too; null where there was none.</param>
/// <param name="Budget">What it cost of the false-rollback budget.</param>
public sealed record VariantRolledBack(
    DateTimeOffset Time,
    string Variant,
    string Summary,
    IReadOnlyList<RollbackEvidence> Evidence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<EvidenceStanding>? Others = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BudgetSpent? Budget = null
) : RolloutEvent(Time);

/// <summary>Why a variant was selected.</summary>
public enum VariantBasis
{
    /// <summary>Evidence: the others are less stable.</summary>
    Stability,

    /// <summary>Evidence: those that are as stable are worse in a KPI.</summary>
    Kpi,

    /// <summary>All others were rolled back.</summary>
    LastLeft,

    /// <summary>No evidence by the deadline: the policy's rule.</summary>
    Tie,
}

/// <param name="Basis">Null where there was one variant only, and in events of before.</param>
/// <param name="Evidence">Over each of the others; null where no evidence between variants decided.</param>
public sealed record VariantSelected(
    DateTimeOffset Time,
    string Variant,
    string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] VariantBasis? Basis = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<VariantMargin>? Evidence = null
) : RolloutEvent(Time);

/// <summary>By how much a variant that was selected beat another.</summary>
/// <param name="Over">The other one.</param>
/// <param name="Metric">In which it is clearest.</param>
/// <param name="IsKpi">They are alike in stability.</param>
/// <param name="Effect">The other − the selected one since the likeliest onset; relative ones as a fraction of the selected one.</param>
/// <param name="EffectLower">Lower end of a 95 % interval.</param>
/// <param name="EffectUpper">Upper end of it.</param>
/// <param name="EValue">That the other is worse; over several clusters the mean.</param>
/// <param name="EThreshold">e-value from which it counts as evidence.</param>
public sealed record VariantMargin(
    string Over,
    string Metric,
    bool IsKpi,
    double Effect,
    double EffectLower,
    double EffectUpper,
    double EValue,
    double EThreshold
);

public sealed record ClusterPromoted(DateTimeOffset Time, string Cluster) : RolloutEvent(Time);

/// <summary>Every cluster is promoted: from now on the new version is watched against what was expected before it.</summary>
public sealed record WatchBegun(DateTimeOffset Time, DateTimeOffset Until) : RolloutEvent(Time);

public sealed record PromotionForced(DateTimeOffset Time, string By, string? Reason) : RolloutEvent(Time);

public enum RollbackCause
{
    Evidence,
    Inconclusive,

    /// <summary>Nothing was heard of the canary for <c>Policy.SilentCanary</c> while stable spoke.</summary>
    SilentCanary,
}

/// <param name="Summary">A sentence for the person on call.</param>
/// <param name="Others">Where the other metrics stood, the nearest to its threshold first; null where there was none.</param>
/// <param name="Unusual">What else was unusual, though nothing judges it; null where nothing was.</param>
/// <param name="Budget">What it cost of the false-rollback budget; null where the want of a verdict decided.</param>
/// <param name="Evidence">The deciding metric first; empty where the want of a verdict or the canary's silence decided.</param>
public sealed record RollbackDecided(
    DateTimeOffset Time,
    RollbackCause Cause,
    string Summary,
    IReadOnlyList<RollbackEvidence> Evidence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<EvidenceStanding>? Others = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<UnusualSeries>? Unusual = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BudgetSpent? Budget = null
) : RolloutEvent(Time);

public sealed record RolloutCancelled(DateTimeOffset Time, string By, string? Reason) : RolloutEvent(Time);

public sealed record OwnershipTaken(DateTimeOffset Time, int Epoch) : RolloutEvent(Time);

public sealed record OutcomeReported(DateTimeOffset Time, string? Cluster, Verdict Outcome, string Source)
    : RolloutEvent(Time);

public enum RolloutOutcome
{
    Promoted,
    RolledBack,
    Cancelled,

    /// <summary>Promoted in some clusters and taken out of, or never begun in, the others.</summary>
    PartlyPromoted,
}

/// <param name="By">Who ended it without all acknowledgements; null where no person did.</param>
/// <param name="Unacknowledged">Clusters that may still run the version; null where every agent has answered.</param>
/// <param name="Unconfirmed">Where the engine gave up waiting: a sentence for the person on call. Null elsewhere.</param>
/// <param name="Watched">How the watch after the promotion went, in words; null where there was none.</param>
public sealed record RolloutEnded(
    DateTimeOffset Time,
    RolloutOutcome Outcome,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? By = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<string>? Unacknowledged = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Unconfirmed = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Watched = null
) : RolloutEvent(Time);
