using CanaryStreams.Core.Telemetry;
using CanaryStreams.Integration.Tests.Fixtures;
using CanaryStreams.Kafka;
using CanaryStreams.Tests.Kafka;

namespace CanaryStreams.Integration.Tests.Kafka;

public sealed class KcatTests(SharedKafka kafka)
{
    [Fact]
    public async Task Poll_ProducedByKcat_KeyValueAndHeaders()
    {
        Kcat.SkipWhenMissing();
        var settings = await WithTopicAsync("from-kcat");
        using var consumer = settings.Consumer("from-kcat");

        await Kcat.ProduceAsync(
            settings.Bootstrap,
            "from-kcat",
            "checkout",
            ["""{"app":"checkout"}""", "second"],
            "-H",
            "content-type=application/json"
        );
        var records = consumer.Read(2);

        records.Select(record => record.Text).ShouldBe(["""{"app":"checkout"}""", "second"]);
        records.ShouldAllBe(record => record.Key == "checkout");
        records[0].Headers.ShouldBe([("content-type", "application/json")]);
    }

    [Fact]
    public async Task SendAsync_ReadByKcat_KeyValueAndHeaders()
    {
        Kcat.SkipWhenMissing();
        var settings = await WithTopicAsync("to-kcat");
        await using var producer = new RecordProducer(settings);

        await producer.SendAsync(
            Records.Of("to-kcat", "checkout", "rollback") with
            {
                Headers = [new RecordHeader("ce_type", "command"u8.ToArray())],
            }
        );

        (await Kcat.ConsumeAsync(settings.Bootstrap, "to-kcat", "%k %s %h")).ShouldBe([
            "checkout rollback ce_type=command",
        ]);
    }

    [Fact]
    public async Task SendAsync_SameKeysAsKcat_SamePartitions()
    {
        Kcat.SkipWhenMissing();
        var settings = await WithTopicAsync("same-partitions");
        await using var producer = new RecordProducer(settings);
        var keys = Enumerable.Range(0, 10).Select(i => $"app-{i}").ToList();

        foreach (var key in keys)
            await Kcat.ProduceAsync(settings.Bootstrap, "same-partitions", key, ["outside"]);
        await producer.SendAsync([.. keys.Select(key => Records.Of("same-partitions", key, "inside"))]);

        var seen = await Kcat.ConsumeAsync(settings.Bootstrap, "same-partitions", "%k %p");
        seen.Length.ShouldBe(20);
        seen.Distinct().Count().ShouldBe(10);
    }

    private async Task<KafkaSettings> WithTopicAsync(string topic)
    {
        var settings = (await kafka.GetAsync()).Settings(topic);
        await new TopicAdmin(settings).EnsureAsync([topic], 4);
        return settings;
    }
}
