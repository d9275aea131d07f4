using System.Text;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;

namespace CanaryStreams.Tests.Kafka;

/// <summary>What the engine expects of every broker; run against the embedded one and against a real Kafka.</summary>
public abstract class BrokerContract
{
    /// <summary>A broker with these topics, empty.</summary>
    protected abstract Task<KafkaSettings> BrokerWithAsync(int partitions, params IReadOnlyList<string> topics);

    [Fact]
    public async Task Poll_KeyValueHeadersAndTime_AsTheyWereSent()
    {
        var settings = await BrokerWithAsync(1, "round-trip");
        byte[] bytes = [0, 255, 10, 13, 128];
        await using var producer = new RecordProducer(settings);
        using var consumer = settings.Consumer("round-trip");

        await producer.SendAsync([
            Records.Of("round-trip", "checkout", "first") with
            {
                Headers = [new("content-type", "application/json"u8.ToArray()), new("ce_id", bytes)],
            },
            new OutputRecord("round-trip", "checkout"u8.ToArray(), bytes),
            new OutputRecord("round-trip", default, default),
        ]);
        var records = consumer.Read(3);

        records[0].Key.ShouldBe("checkout");
        records[0].Value.ShouldBe("first"u8.ToArray());
        records[0]
            .Headers.ShouldBe([("content-type", "application/json"), ("ce_id", Encoding.Latin1.GetString(bytes))]);
        records[0].TimestampMs.ShouldBeGreaterThan(1_600_000_000_000);
        records[1].Value.ShouldBe(bytes);
        records[1].Headers.ShouldBeEmpty();
        records[2].Key.ShouldBeEmpty();
        records[2].Value.ShouldBeEmpty();
        records.Select(record => record.Offset).ShouldBe([0L, 1L, 2L]);
    }

    [Fact]
    public async Task SendAsync_ManyKeys_EachInOrderAndInOnePartition()
    {
        var settings = await BrokerWithAsync(4, "ordered");
        await using var producer = new RecordProducer(settings);
        using var consumer = settings.Consumer("ordered");

        var sent = Enumerable.Range(0, 2000).Select(i => Records.Of("ordered", $"app-{i % 7}", $"{i}")).ToList();
        await producer.SendAsync(sent);
        var records = consumer.Read(2000);

        foreach (var app in records.GroupBy(record => record.Key))
        {
            app.Select(record => record.Partition).Distinct().Count().ShouldBe(1);
            app.Select(record => int.Parse(record.Text)).ShouldBeInOrder();
        }
        records.Count.ShouldBe(2000);
        records.Select(record => record.Partition).Distinct().Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task SendAsync_PartitionGiven_GoesThere()
    {
        var settings = await BrokerWithAsync(4, "chosen");
        await using var producer = new RecordProducer(settings);
        using var consumer = settings.Consumer("chosen");

        await producer.SendAsync([
            .. Enumerable.Range(0, 4).Select(i => Records.Of("chosen", "same-key", $"{i}") with { Partition = i }),
        ]);

        consumer.Read(4).Select(record => $"{record.Partition}").ShouldBe(["0", "1", "2", "3"], ignoreOrder: true);
    }

    [Fact]
    public async Task SendAsync_RecordTooLarge_ThrowsItsTypeAndTheOthersArrive()
    {
        var settings = await BrokerWithAsync(1, "large");
        await using var producer = new RecordProducer(settings);
        using var consumer = settings.Consumer("large");

        var failure = await Should.ThrowAsync<RecordTooLargeException>(() =>
            producer.SendAsync([
                Records.Of("large", "k", "before"),
                new OutputRecord("large", "k"u8.ToArray(), new byte[2 * 1024 * 1024]),
                Records.Of("large", "k", "after"),
            ])
        );

        failure.Topic.ShouldBe("large");
        consumer.Read(2).Select(record => record.Text).ShouldBe(["before", "after"]);
    }

    [Fact]
    public async Task Poll_MaxRecords_NeverMoreAndNothingLeftOut()
    {
        var settings = await BrokerWithAsync(2, "limited");
        await using var producer = new RecordProducer(settings);
        using var consumer = settings.Consumer("limited");
        await producer.SendAsync([.. Enumerable.Range(0, 95).Select(i => Records.Of("limited", $"{i}", $"{i}"))]);

        var sizes = new List<int>();
        while (sizes.Sum() < 95)
        {
            var batches = consumer.Poll(TimeSpan.FromSeconds(10), 10);
            sizes.Add(batches.Sum(batch => batch.Count));
            foreach (var batch in batches)
                batch.Dispose();
        }

        sizes.ShouldAllBe(size => size <= 10);
        sizes.Sum().ShouldBe(95);
    }

    [Fact]
    public async Task Pause_OnePartition_TheOtherGoesOnAndNothingIsLost()
    {
        var settings = await BrokerWithAsync(2, "paused");
        await using var producer = new RecordProducer(settings);
        using var consumer = settings.Consumer("paused");
        OutputRecord In(int partition, int i) => Records.Of("paused", "k", $"{i}") with { Partition = partition };
        await producer.SendAsync([In(0, 0), In(1, 0)]);
        consumer.Read(2);

        consumer.Pause(new TopicPartition("paused", 0));
        await producer.SendAsync([.. Enumerable.Range(1, 50).SelectMany(i => new[] { In(0, i), In(1, i) })]);
        var whilePaused = consumer.Read(50);
        consumer.Resume(new TopicPartition("paused", 0));
        var afterwards = consumer.Read(50);

        whilePaused.ShouldAllBe(record => record.Partition == 1);
        afterwards.ShouldAllBe(record => record.Partition == 0);
        afterwards.Select(record => record.Text).ShouldBe(Enumerable.Range(1, 50).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Commit_ThenAnotherMember_GoesOnBehindIt()
    {
        var settings = await BrokerWithAsync(1, "committed");
        await using var producer = new RecordProducer(settings);
        await producer.SendAsync([.. Enumerable.Range(0, 10).Select(i => Records.Of("committed", "k", $"{i}"))]);

        using (var first = settings.Consumer("committed"))
        {
            first.Read(10);
            first.Commit([new PartitionOffset("committed", 0, 6)]).ShouldBeTrue();
        }
        using var second = settings.Consumer("committed");
        var records = second.Read(4);

        records.Select(record => record.Offset).ShouldBe([6L, 7L, 8L, 9L]);
        second.Committed([new TopicPartition("committed", 0)]).ShouldBe([new PartitionOffset("committed", 0, 6)]);
    }

    [Fact]
    public async Task Assigned_OffsetsReturned_ReadingBeginsThere()
    {
        var settings = await BrokerWithAsync(2, "lead", "follower");
        await using var producer = new RecordProducer(settings);
        await producer.SendAsync([
            .. Enumerable.Range(0, 5).Select(i => Records.Of("lead", "k", $"{i}") with { Partition = 1 }),
            .. Enumerable.Range(0, 5).Select(i => Records.Of("follower", "k", $"{i}") with { Partition = 1 }),
        ]);

        var callbacks = new ConsumerCallbacks
        {
            Assigned = _ => [new PartitionOffset("lead", 1, 3), new PartitionOffset("follower", 1, 4)],
        };
        using var consumer = new PartitionConsumer(settings, callbacks);
        consumer.Subscribe("lead", "follower");

        consumer
            .Read(3)
            .Select(record => $"{record.Topic} {record.Offset}")
            .Order(StringComparer.Ordinal)
            .ShouldBe(["follower 4", "lead 3", "lead 4"]);
    }

    [Fact]
    public async Task Seek_Back_ReadsAgain()
    {
        var settings = await BrokerWithAsync(1, "sought");
        await using var producer = new RecordProducer(settings);
        using var consumer = settings.Consumer("sought");
        await producer.SendAsync([.. Enumerable.Range(0, 5).Select(i => Records.Of("sought", "k", $"{i}"))]);
        consumer.Read(5);

        consumer.Seek(new TopicPartition("sought", 0), 2);

        consumer.Read(3).Select(record => record.Offset).ShouldBe([2L, 3L, 4L]);
    }

    [Fact]
    public async Task Subscribe_LatestWhereNothingIsCommitted_OldRecordsAreNotRead()
    {
        var settings = await BrokerWithAsync(1, "latest");
        await using var producer = new RecordProducer(settings);
        await producer.SendAsync(Records.Of("latest", "k", "old"));
        using var consumer = new PartitionConsumer(settings, start: StartPosition.Latest);
        consumer.Subscribe("latest");
        consumer.PollUntil(() => consumer.Assignment.Count > 0);

        // The end is looked up some time after the assignment; what comes from then on is read.
        var seen = new List<string>();
        while (seen.Count == 0)
        {
            await producer.SendAsync(Records.Of("latest", "k", "new"));
            var polls = 0;
            consumer.PollUntil(() => polls++ > 5, record => seen.Add(record.Text));
        }

        seen.ShouldAllBe(text => text == "new");
    }

    [Fact]
    public async Task Watermarks_AndLag_SayWhatIsThereAndWhatIsLeft()
    {
        var settings = await BrokerWithAsync(1, "measured");
        await using var producer = new RecordProducer(settings);
        using var consumer = settings.Consumer("measured");
        await producer.SendAsync([.. Enumerable.Range(0, 20).Select(i => Records.Of("measured", "k", $"{i}"))]);
        var partition = new TopicPartition("measured", 0);

        consumer.Read(5, maxRecords: 5);

        consumer.Watermarks(partition).ShouldBe((0, 20));
        consumer.KnownEnd(partition).ShouldBe(20);
    }

    [Fact]
    public async Task Subscribe_ThreeMembersAndThreeTopics_EqualPartitionsMeetInOneMember()
    {
        string[] topics = ["together-a", "together-b", "together-c"];
        var settings = await BrokerWithAsync(4, topics);
        using var first = settings.Consumer(topics);
        using var second = settings.Consumer(topics);
        using var third = settings.Consumer(topics);
        PartitionConsumer[] members = [first, second, third];

        Records.PollAllUntil(
            members,
            () => members.All(one => one.Assignment.Count > 0) && members.Sum(one => one.Assignment.Count) == 12
        );

        foreach (var member in members)
        foreach (var topic in topics)
            PartitionsOf(member, topic).ShouldBe(PartitionsOf(member, "together-a"));
    }

    private static IEnumerable<int> PartitionsOf(PartitionConsumer member, string topic) =>
        member.Assignment.Where(one => one.Topic == topic).Select(one => one.Partition).Order();
}
