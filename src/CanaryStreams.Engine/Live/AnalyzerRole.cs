using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// Reads telemetry, transactions and updates, and publishes signals. Where a lane goes on is told by <see cref="AnalyzerStarts"/>;
/// what was published before isn't published again.
/// </summary>
internal sealed class AnalyzerRole(
    KafkaSettings kafka,
    StreamSettings settings,
    LaneFactory factory,
    LaneSnapshots snapshots,
    PartitionerAudit audit,
    TimeProvider time,
    EngineDiagnostics diagnostics,
    ILogger logger
) : IRole
{
    public string Name => "analyzer";

    public IReadOnlyList<string> Topics => AnalyzerStarts.Topics;

    public LaneStart Start(PartitionConsumer consumer, int partition)
    {
        var (start, begin) = new AnalyzerStarts(settings, factory, snapshots, time, logger).At(consumer, partition);
        var lane = new LaneDiagnostics(diagnostics, Name, partition, logger);
        return new LaneStart(
            new AnalyzerLane(start, kafka, settings, factory, snapshots, time, lane, logger),
            lane,
            begin
        );
    }

    public void Observe(RawBatch batch)
    {
        if (audit.Observe(batch) is { } finding)
            LiveLog.PartitionersDisagree(logger, finding);
    }
}
