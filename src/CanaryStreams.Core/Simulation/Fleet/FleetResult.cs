using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>What became of one update of the simulated fleet.</summary>
/// <param name="FirstPlan">As it was before the first command.</param>
/// <param name="Plan">As it was when the rollout ended.</param>
/// <param name="EndMs">When it ended, Unix milliseconds.</param>
/// <param name="MetFault">Requests that met its fault until the rollout ended.</param>
/// <param name="MetAfter">Those to be expected after the promotion of a bad one, until an incident takes it out.</param>
/// <param name="OnUpdate">Requests that it answered while it was rolled out.</param>
/// <param name="FirstMetMs">Start of the minute in which the first request met the fault; null where none did.</param>
/// <param name="DecidedMs">When the rollback was decided; null where none was.</param>
public sealed record FleetResult(
    FleetUpdate Update,
    RolloutPlan FirstPlan,
    RolloutPlan Plan,
    RolloutOutcome Outcome,
    long EndMs,
    long MetFault,
    double MetAfter,
    long OnUpdate,
    long? FirstMetMs,
    long? DecidedMs
)
{
    /// <summary>How long after the promotion of a bad version an incident takes it out again.</summary>
    public const int IncidentMinutes = 60;

    /// <summary>
    /// From the request to the version in every cluster; null for one that wasn't promoted, and for a bad one, whose
    /// promotion is no merit.
    /// </summary>
    public double? MinutesToPromotion =>
        !Update.IsBad && Outcome == RolloutOutcome.Promoted ? (EndMs - Update.RequestMs) / 60_000.0 : null;

    /// <summary>Rolled back although no request had met a fault.</summary>
    public bool IsFalseRollback => Outcome == RolloutOutcome.RolledBack && !(FirstMetMs < DecidedMs);

    /// <summary>A fault that is everywhere its update goes now.</summary>
    public bool IsMissed => Update.IsBad && Outcome == RolloutOutcome.Promoted;

    /// <summary>Neither promoted nor rolled back before the operator gave up.</summary>
    public bool IsUnfinished => Outcome == RolloutOutcome.Cancelled;

    /// <summary>From the minute in which the first request met the fault to the decision; null where none was, or a false one.</summary>
    public double? DetectionMinutes =>
        Outcome == RolloutOutcome.RolledBack && FirstMetMs < DecidedMs ? (DecidedMs - FirstMetMs) / 60_000.0 : null;

    /// <summary>The result of a rollout that has just ended.</summary>
    public static FleetResult Of(FleetRollout rollout, RolloutPlan firstPlan, RolloutState ended)
    {
        var update = rollout.Update;
        var endMs = ended.EndedAt!.Value.ToUnixTimeMilliseconds();
        var isMissed = update.IsBad && ended.Outcome == RolloutOutcome.Promoted;
        return new FleetResult(
            update,
            firstPlan,
            ended.Plan!,
            ended.Outcome!.Value,
            endMs,
            rollout.MetFault,
            isMissed ? UntilIncident(update, endMs) : 0,
            rollout.OnUpdate,
            rollout.FirstMetMs,
            ended.Rollback?.Time.ToUnixTimeMilliseconds()
        );
    }

    /// <summary>Requests to be expected in the clusters that are hurt, until somebody takes the version out.</summary>
    private static double UntilIncident(FleetUpdate update, long endMs) =>
        update
            .App.Clusters.Where((_, i) => update.Hurt[i])
            .Sum(cluster =>
                Enumerable.Range(1, IncidentMinutes).Sum(minute => cluster.RequestsAt(endMs + minute * 60_000L))
            );
}
