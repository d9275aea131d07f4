using System.Net;
using System.Net.Sockets;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;
using Confluent.Kafka;
using TopicPartition = CanaryStreams.Kafka.TopicPartition;

namespace CanaryStreams.Tests.Kafka;

public sealed class EmbeddedBrokerTests
{
    private const short OffsetCommit = 8;
    private const short Heartbeat = 12;

    [Fact]
    public async Task Bootstrap_PortGiven_ClientsConnectThere()
    {
        var port = FreePort();
        using var broker = new EmbeddedBroker(["fixed"], 1, port);
        broker.Bootstrap.ShouldBe($"127.0.0.1:{port}");

        await using var producer = new RecordProducer(broker.Settings());
        await producer.SendAsync(Records.Of("fixed", "k", "v"));
        using var consumer = broker.Settings().Consumer("fixed");

        consumer.Read(1).Single().Text.ShouldBe("v");
    }

    [Fact]
    public void Start_PortTaken_SaysWhich()
    {
        using var first = new EmbeddedBroker(["a"], 1);
        var port = int.Parse(first.Bootstrap.Split(':')[1]);

        var failure = Should.Throw<BrokerException>(() => new EmbeddedBroker(["a"], 1, port));

        failure.Message.ShouldContain($"127.0.0.1:{port}");
    }

    [Fact]
    public async Task Start_TwoInOneProcess_KeepTheirRecordsApart()
    {
        using var one = new EmbeddedBroker(["shared"], 1);
        using var other = new EmbeddedBroker(["shared"], 1);
        await using (var producer = new RecordProducer(one.Settings()))
            await producer.SendAsync(Records.Of("shared", "k", "one"));
        await using (var producer = new RecordProducer(other.Settings()))
            await producer.SendAsync(Records.Of("shared", "k", "other"));

        using var ofOne = one.Settings().Consumer("shared");
        using var ofOther = other.Settings().Consumer("shared");

        ofOne.Read(1).Single().Text.ShouldBe("one");
        ofOther.Read(1).Single().Text.ShouldBe("other");
    }

    [Fact]
    public async Task SendAsync_BrokerAwayForAWhile_ArrivesOnceItIsBack()
    {
        using var broker = new EmbeddedBroker(["patient"], 1);
        var errors = new System.Collections.Concurrent.ConcurrentQueue<BrokerError>();
        await using var producer = new RecordProducer(broker.Settings(), onError: errors.Enqueue);
        await producer.SendAsync(Records.Of("patient", "k", "0"));

        broker.GoDown();
        var sending = producer.SendAsync([Records.Of("patient", "k", "1"), Records.Of("patient", "k", "2")]);
        SpinWait.SpinUntil(() => !errors.IsEmpty, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        sending.IsCompleted.ShouldBeFalse();
        broker.GoUp();
        await sending;

        using var consumer = broker.Settings().Consumer("patient");
        consumer.Read(3).Select(record => record.Text).ShouldBe(["0", "1", "2"]);
    }

    [Fact]
    public async Task SendAsync_SendQueueFull_WaitsInsteadOfThrowing()
    {
        using var broker = new EmbeddedBroker(["full"], 1);
        var settings = broker.Settings() with
        {
            Librdkafka = new Dictionary<string, string> { ["queue.buffering.max.messages"] = "10" },
        };
        await using var producer = new RecordProducer(settings);

        await producer.SendAsync([.. Enumerable.Range(0, 300).Select(i => Records.Of("full", "k", $"{i}"))]);

        using var consumer = broker.Settings().Consumer("full");
        consumer.Read(300).Select(record => record.Text).ShouldBe(Enumerable.Range(0, 300).Select(i => $"{i}"));
    }

    [Fact]
    public async Task SendAsync_NeverAcknowledged_ThrowsWithTopicAndReason()
    {
        using var broker = new EmbeddedBroker(["unacknowledged"], 1);
        var settings = broker.Settings() with
        {
            Librdkafka = new Dictionary<string, string> { ["message.timeout.ms"] = "5000", ["linger.ms"] = "0" },
        };
        await using var producer = new RecordProducer(settings);
        await producer.SendAsync(Records.Of("unacknowledged", "k", "arrives"));
        broker.GoDown();

        var failure = await Should.ThrowAsync<DeliveryException>(() =>
            producer.SendAsync(Records.Of("unacknowledged", "k", "doesn't"))
        );

        failure.Topic.ShouldBe("unacknowledged");
        failure.Reason.ShouldContain("timed out");
    }

    [Fact]
    public async Task Poll_BrokerAwayForAWhile_TellsAndGoesOn()
    {
        using var broker = new EmbeddedBroker(["interrupted"], 1);
        await using var producer = new RecordProducer(broker.Settings());
        var errors = new List<BrokerError>();
        using var consumer = new PartitionConsumer(broker.Settings(), new() { ErrorOccurred = errors.Add });
        consumer.Subscribe("interrupted");
        await producer.SendAsync(Records.Of("interrupted", "k", "before"));
        consumer.Read(1);

        broker.GoDown();
        consumer.PollUntil(() => errors.Count > 0);
        broker.GoUp();
        await producer.SendAsync(Records.Of("interrupted", "k", "after"));

        consumer.Read(1).Single().Text.ShouldBe("after");
    }

    [Fact]
    public async Task Poll_OffsetNoLongerThere_ReportsTheLossAndGoesOnAtTheFirstRecordLeft()
    {
        using var broker = new EmbeddedBroker(["overrun"], 1);
        await using var producer = new RecordProducer(broker.Settings());
        var value = new byte[100_000];
        for (var i = 0; i < 120; i++)
            await producer.SendAsync(new OutputRecord("overrun", "k"u8.ToArray(), RandomBytes(value, i)));
        var lost = new List<(TopicPartition Partition, long From, long To)>();
        var callbacks = new ConsumerCallbacks
        {
            Assigned = _ => [new PartitionOffset("overrun", 0, 0)],
            RecordsLost = (partition, from, to) => lost.Add((partition, from, to)),
        };
        using var consumer = new PartitionConsumer(broker.Settings(), callbacks);
        consumer.Subscribe("overrun");

        var low = -1L;
        consumer.PollUntil(() => low >= 0, record => low = low < 0 ? record.Offset : low, maxRecords: 1);

        low.ShouldBeGreaterThan(0);
        lost.ShouldBe([(new TopicPartition("overrun", 0), 0, low)]);
    }

    [Fact]
    public async Task Commit_RefusedByTheGroup_SaysSoAndDoesNotThrow()
    {
        using var broker = new EmbeddedBroker(["refused"], 1);
        await using var producer = new RecordProducer(broker.Settings());
        await producer.SendAsync(Records.Of("refused", "k", "v"));
        using var consumer = broker.Settings().Consumer("refused");
        consumer.Read(1);

        broker.FailNext(OffsetCommit, ErrorCode.IllegalGeneration);

        consumer.Commit([new PartitionOffset("refused", 0, 1)]).ShouldBeFalse();
        // The member joins again, and then it counts.
        consumer.PollUntil(() => consumer.Commit([new PartitionOffset("refused", 0, 1)]));
    }

    [Fact]
    public async Task Poll_FallenOutOfTheGroup_TellsAndComesBackWithAllTopics()
    {
        using var broker = new EmbeddedBroker(["fallen-a", "fallen-b"], 2);
        await using var producer = new RecordProducer(broker.Settings());
        var told = new List<string>();
        void Tell(string what, IReadOnlyList<TopicPartition> partitions) => told.Add($"{what} {partitions.Count}");
        var callbacks = new ConsumerCallbacks
        {
            Assigned = partitions =>
            {
                Tell("assigned", partitions);
                return null;
            },
            Revoked = partitions => Tell("revoked", partitions),
            Lost = partitions => Tell("lost", partitions),
        };
        using var consumer = new PartitionConsumer(broker.Settings(), callbacks);
        consumer.Subscribe("fallen-a", "fallen-b");
        await producer.SendAsync([Records.Of("fallen-a", "k", "1"), Records.Of("fallen-b", "k", "2")]);
        consumer.Read(2);

        broker.FailNext(Heartbeat, ErrorCode.UnknownMemberId);
        var again = new List<string>();
        consumer.PollUntil(() => told.Count >= 3, record => again.Add(record.Text));
        await producer.SendAsync([Records.Of("fallen-a", "k", "3"), Records.Of("fallen-b", "k", "4")]);
        consumer.PollUntil(() => again.Contains("3") && again.Contains("4"), record => again.Add(record.Text));

        told.ShouldBe(["assigned 4", "lost 4", "assigned 4"]);
        again.Order(StringComparer.Ordinal).ShouldBe(["1", "2", "3", "4"]);
    }

    [Fact]
    public async Task Poll_CallbackThrowsInTheMiddle_WhatWasTakenComesWithTheNextPoll()
    {
        using var broker = new EmbeddedBroker(["kept"], 1);
        await using var producer = new RecordProducer(broker.Settings());
        await producer.SendAsync([.. Enumerable.Range(0, 3).Select(i => Records.Of("kept", "k", $"{i}"))]);
        var fail = true;
        var callbacks = new ConsumerCallbacks
        {
            RecordsLost = (_, _, _) => throw (fail ? new InvalidDataException("once") : new NotSupportedException()),
            Assigned = _ => [new PartitionOffset("kept", 0, 1_000)],
        };
        using var consumer = new PartitionConsumer(broker.Settings(), callbacks);
        consumer.Subscribe("kept");

        Should.Throw<InvalidDataException>(() => consumer.PollUntil(() => false));
        fail = false;

        consumer.Read(3).Select(record => record.Text).ShouldBe(["0", "1", "2"]);
    }

    [Fact]
    public async Task OffsetsForTime_NoIndexOfTimes_EarliestOffset()
    {
        using var broker = new EmbeddedBroker(["timeless"], 1);
        await using var producer = new RecordProducer(broker.Settings());
        await producer.SendAsync(Records.Of("timeless", "k", "v"));
        using var consumer = broker.Settings().Consumer("timeless");

        consumer
            .OffsetsForTime([new TopicPartition("timeless", 0)], DateTimeOffset.UnixEpoch)
            .ShouldBe([new PartitionOffset("timeless", 0, 0)]);
    }

    [Fact]
    public void Assigned_CallbackThrows_ComesOutOfPoll()
    {
        using var broker = new EmbeddedBroker(["thrown"], 1);
        var callbacks = new ConsumerCallbacks { Assigned = _ => throw new InvalidDataException("snapshot") };
        using var consumer = new PartitionConsumer(broker.Settings(), callbacks);
        consumer.Subscribe("thrown");

        Should.Throw<InvalidDataException>(() => consumer.PollUntil(() => false)).Message.ShouldBe("snapshot");
    }

    [Fact]
    public async Task EnsureAsync_EmbeddedBroker_ChecksOnly()
    {
        using var broker = new EmbeddedBroker(["here"], 3);
        var admin = new TopicAdmin(broker.Settings());

        var layout = await admin.EnsureAsync(["here"], partitions: 8);
        var failure = await Should.ThrowAsync<TopicLayoutException>(() => admin.EnsureAsync(["here", "missing"], 8));

        layout.Partitions.ShouldBe(new Dictionary<string, int> { ["here"] = 3 });
        failure.Message.ShouldContain("missing");
    }

    private static byte[] RandomBytes(byte[] buffer, int seed)
    {
        new Random(seed).NextBytes(buffer);
        return buffer;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
