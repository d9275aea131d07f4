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
}
