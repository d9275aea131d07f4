using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// Reads signals, updates and acknowledgements, decides, journals, and publishes from the journal. A rollout belongs to whoever
/// owns its partition.
/// </summary>
/// <param name="owner">Names this process in the journal.</param>
/// <param name="impact">Gives what rollouts are planned by.</param>
internal sealed class SupervisorRole(
    KafkaSettings kafka,
    StreamSettings settings,
    IReadOnlyDictionary<string, Policy> policies,
    Func<IJournal> openJournal,
    string owner,
    Retention retention,
    Func<IImpact> impact,
    TimeProvider time,
    EngineDiagnostics diagnostics,
    ILogger logger
) : IRole
{
    public string Name => "supervisor";

    public IReadOnlyList<string> Topics => InputTopics;

    internal static IReadOnlyList<string> InputTopics { get; } =
    [Core.Telemetry.Topics.Signals, Core.Telemetry.Topics.Updates, Core.Telemetry.Topics.Acks];

    public LaneStart Start(PartitionConsumer consumer, int partition)
    {
        var begin = Begin(consumer, partition);
        LiveLog.TakesOver(logger, partition);
        var options = new SupervisorOptions
        {
            Partition = partition,
            Owner = owner,
            Retention = retention,
            Impact = impact,
        };
        var lane = new LaneDiagnostics(diagnostics, Name, partition, logger);
        return new LaneStart(
            new SupervisorLane(options, kafka, settings, policies, openJournal, time, lane, logger),
            lane,
            begin
        );
    }

    public void Observe(RawBatch batch) { }

    /// <summary>Where the group has come to: by topic the first offset that isn't done with.</summary>
    internal static Dictionary<string, long> Begin(IPartitionOffsets offsets, int partition)
    {
        var parts = InputTopics.Select(topic => new TopicPartition(topic, partition)).ToList();
        var committed = offsets.Committed(parts).ToDictionary(offset => offset.Topic, offset => offset.NextOffset);
        return parts.ToDictionary(
            part => part.Topic,
            part => Math.Max(offsets.Watermarks(part).Low, committed.GetValueOrDefault(part.Topic))
        );
    }
}
