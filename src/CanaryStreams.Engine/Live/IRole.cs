using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>A part of the engine that reads the same partitions of several topics, and works on each partition for itself.</summary>
internal interface IRole
{
    /// <summary>Stands in logs and health, and behind the group's name.</summary>
    string Name { get; }

    /// <summary>The first one leads: the group hands out its partitions, and the others' come along.</summary>
    IReadOnlyList<string> Topics { get; }

    /// <summary>A partition has come to this process: where to begin in it, and what is done with it.</summary>
    LaneStart Start(PartitionConsumer consumer, int partition);

    /// <summary>Sees each batch as it comes, before its lane does.</summary>
    void Observe(RawBatch batch);
}

/// <param name="Begin">By topic the first offset to read.</param>
internal sealed record LaneStart(ILaneWork Work, LaneDiagnostics Diagnostics, IReadOnlyDictionary<string, long> Begin);
