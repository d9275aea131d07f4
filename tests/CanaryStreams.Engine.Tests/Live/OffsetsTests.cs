using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Live;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Tests.Live;

public class OffsetsTests
{
    [Fact]
    public void After_RecordsOfSeveralPartitions_BehindTheLastOfEach() =>
        Offsets
            .After([Record("a", 0, 5), Record("b", 0, 9), Record("a", 0, 6), Record("a", 1, 2)])
            .ShouldBe([
                new PartitionOffset("a", 0, 7),
                new PartitionOffset("b", 0, 10),
                new PartitionOffset("a", 1, 3),
            ]);

    [Fact]
    public void Newest_SeveralOfAPartition_TheHighest() =>
        Offsets
            .Newest([
                new PartitionOffset("a", 0, 7),
                new PartitionOffset("a", 0, 12),
                new PartitionOffset("b", 0, 1),
                new PartitionOffset("a", 0, 9),
            ])
            .ShouldBe([new PartitionOffset("a", 0, 12), new PartitionOffset("b", 0, 1)]);

    [Fact]
    public void LaneProgress_KnowsWhatWasDealtWithBefore()
    {
        var progress = new LaneProgress(new Dictionary<TopicPartition, long> { [new TopicPartition("a", 0)] = 10 });

        progress.IsNew(Reject("a", 9)).ShouldBeFalse();
        progress.IsNew(Reject("a", 10)).ShouldBeTrue();
        progress.IsNew(Reject("b", 0)).ShouldBeTrue();
        progress.IsBeyondCommitted(new PartitionOffset("a", 0, 10)).ShouldBeFalse();
        progress.IsBeyondCommitted(new PartitionOffset("a", 0, 11)).ShouldBeTrue();
    }

    private static RawRecord Record(string topic, int partition, long offset) =>
        new(topic, partition, offset, 0, default, default, null);

    private static Reject Reject(string topic, long offset) => new("why", topic, 0, offset, default, default);
}
