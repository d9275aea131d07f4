using System.Text.Json.Serialization;

namespace CanaryStreams.Core.Rollouts;

/// <summary>The version is taken out of some clusters, and the others go on: see <see cref="Policies.BlastRule"/>.</summary>
/// <param name="Summary">A sentence for the person on call.</param>
/// <param name="Scope">A sentence: which clusters are out and why, and which go on.</param>
/// <param name="Out">Those that are taken back or won't begin, the failing ones first.</param>
/// <param name="GoOn">All others, in the order of the rollout; at least one.</param>
/// <param name="Evidence">As in <see cref="RollbackDecided"/>, as are the others.</param>
/// <param name="Model">Which model the risks after the failure are of; null where there are none.</param>
public sealed record ClustersRolledBack(
    DateTimeOffset Time,
    RollbackCause Cause,
    string Summary,
    string Scope,
    IReadOnlyList<ClusterRuling> Out,
    IReadOnlyList<ClusterRuling> GoOn,
    IReadOnlyList<RollbackEvidence> Evidence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<EvidenceStanding>? Others = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<UnusualSeries>? Unusual = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BudgetSpent? Budget = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model = null
) : RolloutEvent(Time);

/// <summary>What becomes of one cluster where another one, or it itself, has failed.</summary>
/// <param name="Failed">Its own canary was harmful or fell silent. A want of a verdict is no failure.</param>
/// <param name="Because">In words.</param>
/// <param name="Before">Its risk as the plan had it, 0..1.</param>
/// <param name="After">After the failure, 0..1; null where what predicts the risk learns nothing from it.</param>
public sealed record ClusterRuling(
    string Cluster,
    bool Failed,
    string Because,
    double Before,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? After = null
);
