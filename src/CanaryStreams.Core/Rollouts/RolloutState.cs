using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Rollouts;

public enum RolloutPhase
{
    /// <summary>Nobody asked for it.</summary>
    None,
    Running,

    /// <summary>Promoted everywhere, and watched for as long as the policy says.</summary>
    Watching,
    RollingBack,
    Cancelling,

    /// <summary>Promoted, rolled back or cancelled: see <see cref="RolloutState.Outcome"/>.</summary>
    Ended,

    /// <summary>Never began.</summary>
    Refused,
}

/// <summary>All that a rollout's events say, folded. Never changed in place; made by <see cref="Evolution"/> alone.</summary>
public sealed record RolloutState
{
    public static RolloutState Initial { get; } = new();

    public RolloutPhase Phase { get; init; }

    /// <summary>Null in phase None and Refused, like <see cref="Policy"/>; <see cref="Plan"/> follows at once.</summary>
    public RolloutRequest? Request { get; init; }
    public Policy? Policy { get; init; }

    /// <summary>What the rollout's id was used for, also where it was refused; null in phase None.</summary>
    public AskedFor? Asked { get; init; }
    public RolloutPlan? Plan { get; init; }

    /// <summary>Null until it has been stated: stable has to have spoken first.</summary>
    public OutlookStated? Outlook { get; init; }

    /// <summary>What canaries need by the traffic that stable has told; of a cluster at most one.</summary>
    public ImmutableArray<CanaryNeed> Needs { get; init; } = [];

    /// <summary>Grows each time another process (or another life of one) takes over; 1 at first.</summary>
    public int Epoch { get; init; } = 1;
    public DateTimeOffset? OwnedSince { get; init; }

    /// <summary>n of the newest command's id; 0 before the first.</summary>
    public int LastCommand { get; init; }

    /// <summary>In the order of the plan.</summary>
    public ImmutableArray<ClusterState> Clusters { get; init; } = [];

    /// <summary>Commands not acknowledged yet, oldest first.</summary>
    public ImmutableArray<PendingCommand> Pending { get; init; } = [];

    /// <summary>Where the growth stands; null when no cluster is left to grow in.</summary>
    public StepState? Step { get; init; }

    /// <summary>The clusters of <see cref="Step"/>; null where that is.</summary>
    public Wave? Wave => Step is { } step ? Wave.At(Plan!, step.Cluster) : null;

    /// <summary>The step is one with a canary, rather than what follows the last of them.</summary>
    public bool IsCanaryStep => Step is { } step && step.Index < Wave!.CanarySteps.Count;

    public ImmutableArray<Hold> Holds { get; init; } = [];
    public ImmutableArray<OpenAnomaly> Anomalies { get; init; } = [];

    /// <summary>End of the last bucket that led to an event.</summary>
    public DateTimeOffset? ObservedUntil { get; init; }

    /// <summary>Time of the newest override of an operator; an older one is a repeated delivery.</summary>
    public DateTimeOffset? LastOverride { get; init; }
    public string? SelectedVariant { get; init; }

    /// <summary>Variants that were taken out by themselves, while they were compared.</summary>
    public ImmutableArray<string> WithdrawnVariants { get; init; } = [];

    /// <summary>Agents were told which variant is selected before the last step was passed.</summary>
    public bool SelectionTold { get; init; }

    /// <summary>The variants that may still be promoted, in the order of the request; empty where there are none at all.</summary>
    public IReadOnlyList<string> RunningVariants =>
        SelectedVariant is { } selected
            ? [selected]
            : [.. (Request?.Variants ?? []).Where(variant => !WithdrawnVariants.Contains(variant))];

    /// <summary>A sentence; null where <see cref="SelectedVariant"/> is.</summary>
    public string? SelectedBecause { get; init; }

    /// <summary>An operator has promoted what remained.</summary>
    public bool Forced { get; init; }
    public RolloutOutcome? Outcome { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What a person has to look at, where it ended without the answers of all agents; null elsewhere.</summary>
    public string? Unconfirmed { get; init; }
    public RollbackDecided? Rollback { get; init; }

    /// <summary>
    /// When the version began to be taken out, by the newest time known then, since a person's clock may be behind; null before.
    /// </summary>
    public DateTimeOffset? WithdrawnSince { get; init; }
    public ImmutableArray<OutcomeReported> Labels { get; init; } = [];

    /// <summary>From when until when it is, or was, watched after its promotion; null where it isn't (yet).</summary>
    public WatchState? Watch { get; init; }

    public bool IsActive =>
        Phase is RolloutPhase.Running or RolloutPhase.Watching or RolloutPhase.RollingBack or RolloutPhase.Cancelling;

    public bool IsHeld(HoldKind kind) => Holds.Any(hold => hold.Kind == kind);

    /// <summary>Whether a command of this id was issued and has its answer: an agent that got it twice answers twice.</summary>
    public bool IsAnswered(string id) =>
        Request is { } request
        && id.StartsWith(request.Rollout + "/", StringComparison.Ordinal)
        && int.TryParse(id.AsSpan(request.Rollout.Length + 1), NumberStyles.None, null, out var number)
        && number >= 1
        && number <= LastCommand
        && Pending.All(pending => pending.Number != number);
}

public sealed record AskedFor(string App, string Version);

public enum ClusterStage
{
    Waiting,
    Canary,
    Promoted,
    RolledBack,
}

/// <param name="WeightPct">As the agent last acknowledged; the sum over variants.</param>
/// <param name="IssuedAt">When the newest command for the cluster was issued; null before the first.</param>
public sealed record ClusterState(string Name, ClusterStage Stage, int WeightPct, DateTimeOffset? IssuedAt)
{
    /// <summary>It was taken out, or won't begin, while the rest of the rollout goes on; null elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClusterWithdrawn? Withdrawn { get; init; }

    /// <summary>The cluster has or had a canary, or was told to have one.</summary>
    public bool IsTouched => IssuedAt is not null;

    /// <summary>Its own canary was harmful or fell silent, while the rest went on.</summary>
    public bool HasFailed => Withdrawn is { Failed: true };

    /// <summary>The version became stable there, and nothing spoke against it since.</summary>
    public bool HasSurvived =>
        Withdrawn is { } withdrawn
            ? withdrawn is { From: ClusterStage.Promoted, Failed: false }
            : Stage == ClusterStage.Promoted;
}

/// <param name="From">What it was then. Its stage becomes <see cref="ClusterStage.RolledBack"/> when its agent has said so.</param>
/// <param name="Since">By the newest time known then.</param>
/// <param name="Failed">For its own sake rather than for another cluster's.</param>
/// <param name="Because">In words.</param>
public sealed record ClusterWithdrawn(ClusterStage From, DateTimeOffset Since, bool Failed, string Because);

/// <param name="SentAt">When it was last sent.</param>
/// <param name="Attempt">How often it was sent under this owner.</param>
/// <param name="FailedAttempt">The last attempt that the agent said failed; 0 where none did.</param>
/// <param name="Unresponsive">All its attempts went unanswered or failed.</param>
public sealed record PendingCommand(
    int Number,
    ControlCommand Command,
    DateTimeOffset SentAt,
    int Attempt,
    int FailedAttempt,
    string? Error,
    bool Unresponsive
)
{
    /// <summary>It takes the version out, and is sent until it is answered.</summary>
    public bool IsWithdrawal => Command.Command == CommandKind.Rollback;
}

public enum StepPhase
{
    /// <summary>Nothing is commanded yet.</summary>
    Next,

    /// <summary>The weight is commanded, not acknowledged.</summary>
    Moving,
    Baking,

    /// <summary>The last step is passed: a variant is being selected.</summary>
    Selecting,
    Promoting,
}

/// <summary>The one step that is under way, in all clusters of its wave.</summary>
/// <param name="Cluster">Index of the wave's first cluster into <see cref="RolloutState.Clusters"/>.</param>
/// <param name="Index">Index into the wave's canary steps; their number once all are passed.</param>
/// <param name="Baked">Healthy observed time before <paramref name="RunningSince"/>.</param>
/// <param name="RunningSince">The bake clock runs since then; null while it stands still.</param>
/// <param name="Observed">A healthy bucket of the step has been seen.</param>
public sealed record StepState(
    int Cluster,
    int Index,
    StepPhase Phase,
    DateTimeOffset? StartedAt,
    DateTimeOffset? DecideAt,
    TimeSpan Baked,
    DateTimeOffset? RunningSince,
    bool Observed
)
{
    public static StepState At(int cluster, int index) =>
        new(cluster, index, StepPhase.Next, null, null, TimeSpan.Zero, null, false);

    public TimeSpan BakedAt(DateTimeOffset time) =>
        RunningSince is { } since && time > since ? Baked + (time - since) : Baked;
}

/// <param name="Condition">What is wrong with the telemetry; null for other kinds.</param>
/// <param name="SilentSince">The canary alone is silent since then, without a break; null where it isn't.</param>
/// <param name="Cluster">Whose telemetry it is; null where the step is in one cluster only, and for other kinds.</param>
public sealed record Hold(
    HoldKind Kind,
    DateTimeOffset Since,
    string Reason,
    string? By,
    TelemetryCondition? Condition = null,
    DateTimeOffset? SilentSince = null,
    string? Cluster = null
);

/// <param name="NotedAt">When it opened; null in snapshots of before.</param>
public sealed record OpenAnomaly(
    string Cluster,
    string Metric,
    string? Variant,
    DateTimeOffset? Onset,
    DateTimeOffset? NotedAt = null
);

public sealed record WatchState(DateTimeOffset Since, DateTimeOffset Until);
