using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

internal static partial class LiveLog
{
    [LoggerMessage(3001, LogLevel.Error, "Rollout {Rollout} is no longer decided here: {Reason}")]
    public static partial void RolloutLost(ILogger logger, string rollout, string reason);

    [LoggerMessage(3002, LogLevel.Information, "Lane {Partition} reads again from {Since:O} on")]
    public static partial void LaneStarted(ILogger logger, int partition, DateTimeOffset since);

    [LoggerMessage(3003, LogLevel.Warning, "{Finding}")]
    public static partial void PartitionersDisagree(ILogger logger, string finding);

    [LoggerMessage(3004, LogLevel.Information, "{Rollouts} earlier rollouts teach the evidence")]
    public static partial void FleetRead(ILogger logger, int rollouts);

    [LoggerMessage(3006, LogLevel.Information, "Nothing is judged until {Topic} is read to its end")]
    public static partial void WaitsForFleet(ILogger logger, string topic);

    [LoggerMessage(3005, LogLevel.Warning, "A record of canary.fleet is passed over. {Reason}")]
    public static partial void ExperienceUnreadable(ILogger logger, string reason);

    [LoggerMessage(3007, LogLevel.Error, "{What}")]
    public static partial void OutboxCorrupt(ILogger logger, string what);

    [LoggerMessage(3008, LogLevel.Information, "Takes over the rollouts of partition {Partition}")]
    public static partial void TakesOver(ILogger logger, int partition);

    [LoggerMessage(3009, LogLevel.Warning, "The {Role} begins anew in {Seconds:0.0} s: {Reason}")]
    public static partial void RoleBeginsAnew(ILogger logger, string role, double seconds, string reason);

    [LoggerMessage(3010, LogLevel.Warning, "The snapshot of lane {Partition} was not saved: {Reason}")]
    public static partial void SnapshotNotSaved(ILogger logger, int partition, string reason);

    [LoggerMessage(
        3011,
        LogLevel.Warning,
        "The snapshot of lane {Partition} is not used, its state comes from the log: {Reason}"
    )]
    public static partial void SnapshotNotRead(ILogger logger, int partition, string reason);

    [LoggerMessage(3012, LogLevel.Information, "Lane {Partition} goes on from its snapshot of {KiB} KiB")]
    public static partial void LaneRestored(ILogger logger, int partition, int kiB);

    [LoggerMessage(3013, LogLevel.Warning, "Waits for {Dependency}, attempt {Attempt}: {Reason}")]
    public static partial void Waits(ILogger logger, string dependency, int attempt, string reason);

    [LoggerMessage(3014, LogLevel.Warning, "The {Dependency} is away, nothing is decided on what it lacks: {Reason}")]
    public static partial void IsAway(ILogger logger, string dependency, string reason);

    [LoggerMessage(3015, LogLevel.Information, "The {Dependency} is back")]
    public static partial void IsBack(ILogger logger, string dependency);

    [LoggerMessage(3016, LogLevel.Error, "A rollout {Ended}")]
    public static partial void Unconfirmed(ILogger logger, string ended);

    [LoggerMessage(
        3017,
        LogLevel.Warning,
        "What somebody else published of a lane couldn't be read, the next snapshot tries again: {Reason}"
    )]
    public static partial void PublishedNotRead(ILogger logger, string reason);

    [LoggerMessage(3018, LogLevel.Information, "{Models} impact models are known; the champion is {Champion}")]
    public static partial void ModelsRead(ILogger logger, int models, string champion);

    [LoggerMessage(3019, LogLevel.Warning, "A record of {Topic} is passed over. {Reason}")]
    public static partial void RecordPassedOver(ILogger logger, string topic, string reason);

    [LoggerMessage(
        3020,
        LogLevel.Warning,
        "What the learner made is too large a record, it goes on without it. {Reason}"
    )]
    public static partial void LearntTooLarge(ILogger logger, string reason);
}
