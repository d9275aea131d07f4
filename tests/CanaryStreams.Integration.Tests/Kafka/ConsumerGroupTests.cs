using CanaryStreams.Integration.Tests.Fixtures;
using CanaryStreams.Kafka;
using CanaryStreams.Tests.Kafka;
using Confluent.Kafka;
using TopicPartition = CanaryStreams.Kafka.TopicPartition;

namespace CanaryStreams.Integration.Tests.Kafka;

public sealed class ConsumerGroupTests(SharedKafka kafka)
{
    [Fact]
    public async Task OffsetsForTime_BetweenRecords_FirstRecordNotBefore()
    {
        var settings = await WithTopicsAsync(1, "timed");
        await using var producer = new RecordProducer(settings);
        using var consumer = settings.Consumer("timed");
        await producer.SendAsync(Records.Of("timed", "k", "early"));
        var early = consumer.Read(1).Single();
        var late = early;
        while (late.TimestampMs == early.TimestampMs)
        {
            await producer.SendAsync(Records.Of("timed", "k", "late"));
            late = consumer.Read(1).Single();
        }
        var partition = new TopicPartition("timed", 0);

        long At(long milliseconds) =>
            consumer.OffsetsForTime([partition], DateTimeOffset.FromUnixTimeMilliseconds(milliseconds))[0].NextOffset;

        At(early.TimestampMs).ShouldBe(0);
        At(late.TimestampMs).ShouldBe(late.Offset);
        At(late.TimestampMs + 100_000).ShouldBe(late.Offset + 1);
    }

    [Fact]
    public async Task Poll_MembersComeAndGo_EveryCommittedRecordIsSeenOnceAndNoneIsLost()
    {
        string[] topics = ["rebalanced-a", "rebalanced-b"];
        var settings = await WithTopicsAsync(4, topics);
        await using var producer = new RecordProducer(settings);
        var ledger = new Ledger();
        async Task SendAsync(int from, int count) =>
            await producer.SendAsync([
                .. Enumerable.Range(from, count).Select(i => Records.Of(topics[i % 2], $"app-{i % 13}", $"{i}")),
            ]);

        using var first = ledger.Member(settings, topics);
        await SendAsync(0, 500);
        ledger.ReadUntil(500, first);
        PartitionConsumer second;
        using (second = ledger.Member(settings, topics))
        {
            await SendAsync(500, 500);
            Records.PollAllUntil(
                [first, second],
                () => ledger.Seen.Count >= 1000 && second.Assignment.Count == 4,
                ledger.Take
            );
            await SendAsync(1000, 500);
            ledger.ReadUntil(1500, first, second);
        }
        await SendAsync(1500, 500);
        ledger.ReadUntil(2000, first);

        ledger.Seen.Count.ShouldBe(2000);
        ledger.SeenTwice.ShouldBeEmpty();
        ledger.RefusedCommits.ShouldBe(0);
        ledger.PartitionsTogether.ShouldBeTrue();
    }

    [Fact]
    public async Task Poll_MemberCrashes_ItsUncommittedRecordsComeToAnother()
    {
        var settings = await WithTopicsAsync(2, "crashed");
        await using var producer = new RecordProducer(settings);
        await producer.SendAsync([.. Enumerable.Range(0, 100).Select(i => Records.Of("crashed", $"{i}", $"{i}"))]);
        var crashing = settings.Consumer("crashed");
        crashing.Read(100);
        crashing.Commit([new PartitionOffset("crashed", 0, 10)]).ShouldBeTrue();

        crashing.Abandon();
        using var survivor = settings.Consumer("crashed");

        survivor.Read(90).Where(record => record.Partition == 0).Min(record => record.Offset).ShouldBe(10);
    }

    [Fact]
    public async Task Poll_RecordsDeletedBehindItsBack_ReportsExactlyWhich()
    {
        var settings = await WithTopicsAsync(1, "deleted");
        await using var producer = new RecordProducer(settings);
        await producer.SendAsync([.. Enumerable.Range(0, 10).Select(i => Records.Of("deleted", "k", $"{i}"))]);
        using (var before = settings.Consumer("deleted"))
        {
            before.Read(10);
            before.Commit([new PartitionOffset("deleted", 0, 2)]).ShouldBeTrue();
        }
        using (var admin = new AdminClientBuilder([new("bootstrap.servers", settings.Bootstrap)]).Build())
            await admin.DeleteRecordsAsync([new TopicPartitionOffset("deleted", 0, 7)]);

        var lost = new List<string>();
        var callbacks = new ConsumerCallbacks
        {
            RecordsLost = (partition, from, to) => lost.Add($"{partition} {from}-{to}"),
        };
        using var after = new PartitionConsumer(settings, callbacks);
        after.Subscribe("deleted");

        after.Read(3).Select(record => record.Text).ShouldBe(["7", "8", "9"]);
        lost.ShouldBe(["deleted[0] 2-7"]);
    }

    [Fact]
    public async Task Poll_BrokerKilledAndBack_GoesOnWhereItWas()
    {
        await using var server = await KafkaServer.StartAsync();
        var settings = server.Settings("killed");
        await new TopicAdmin(settings).EnsureAsync(["killed"], 1);
        await using var producer = new RecordProducer(settings);
        using var consumer = settings.Consumer("killed");
        await producer.SendAsync(Records.Of("killed", "k", "before"));
        consumer.Read(1);
        consumer.Commit([new PartitionOffset("killed", 0, 1)]).ShouldBeTrue();

        await server.KillAsync();
        var sending = producer.SendAsync(Records.Of("killed", "k", "during"));
        await server.RestartAsync();
        await sending;
        await producer.SendAsync(Records.Of("killed", "k", "after"));

        consumer.Read(2).Select(record => record.Text).ShouldBe(["during", "after"]);
    }

    private async Task<KafkaSettings> WithTopicsAsync(int partitions, params string[] topics)
    {
        var settings = (await kafka.GetAsync()).Settings($"group-{topics[0]}");
        await new TopicAdmin(settings).EnsureAsync(topics, partitions);
        return settings;
    }
}
