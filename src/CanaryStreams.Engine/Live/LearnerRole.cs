using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// Learns from what became of rollouts. A model is made of all outcomes, so one process does it: the one that the group gives the
/// first partition of <c>canary.models</c> to. It reads all that it needs by itself, whole topics from their beginning.
/// </summary>
internal sealed class LearnerRole(
    KafkaSettings kafka,
    TopicLayout layout,
    LearnerSettings settings,
    TimeProvider time,
    EngineDiagnostics diagnostics,
    ILogger logger
) : IRole
{
    private const int Leading = 0;

    public string Name => "learner";

    public IReadOnlyList<string> Topics { get; } = [Core.Telemetry.Topics.Models];

    public LaneStart Start(PartitionConsumer consumer, int partition)
    {
        var topic = Topics[0];
        var end = consumer.Watermarks(new TopicPartition(topic, partition)).High;
        var lane = new LaneDiagnostics(diagnostics, Name, partition, logger);
        ILaneWork work =
            partition == Leading ? new LearnerLane(kafka, layout, settings, time, lane, logger) : new StandByLane(lane);
        return new LaneStart(work, lane, new Dictionary<string, long> { [topic] = end });
    }

    public void Observe(RawBatch batch) { }
}
