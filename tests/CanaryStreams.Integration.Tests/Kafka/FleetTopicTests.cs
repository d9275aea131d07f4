using CanaryStreams.Core.Telemetry;
using CanaryStreams.Integration.Tests.Fixtures;
using CanaryStreams.Kafka;
using CanaryStreams.Tests.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace CanaryStreams.Integration.Tests.Kafka;

public sealed class FleetTopicTests(SharedKafka kafka)
{
    [Fact]
    public async Task Read_TheFleetTopic_IsCompactedAndEveryReaderBeginsAtTheBeginning()
    {
        var server = await kafka.GetAsync();
        var settings = server.Settings("fleet");
        var layout = await new TopicAdmin(settings).EnsureAsync([Topics.Fleet], 3);
        var partitions = layout.Partitions[Topics.Fleet];
        using (var empty = new TopicReader(settings, Topics.Fleet, partitions, NullLogger.Instance))
            empty.IsCaughtUp.ShouldBeTrue();
        await using (var producer = new RecordProducer(settings))
            await producer.SendAsync(
                [.. Enumerable.Range(0, 30).Select(i => Records.Of(Topics.Fleet, $"r{i}", $"value {i}"))],
                TestContext.Current.CancellationToken
            );

        var described = await server.ToolAsync("kafka-topics.sh", "--describe", "--topic", Topics.Fleet);

        described.ShouldContain("cleanup.policy=compact");
        for (var reader = 0; reader < 2; reader++)
            ReadAll(settings, partitions)
                .ShouldBe(Enumerable.Range(0, 30).Select(i => $"value {i}"), ignoreOrder: true);
    }

    private static List<string> ReadAll(KafkaSettings settings, int partitions)
    {
        using var reader = new TopicReader(settings, Topics.Fleet, partitions, NullLogger.Instance);
        var read = new List<string>();
        for (var poll = 0; !reader.IsCaughtUp; poll++)
        {
            poll.ShouldBeLessThan(300, "the reader gets no further");
            if (reader.Read(TimeSpan.FromMilliseconds(200)) is { } value)
                read.Add(System.Text.Encoding.UTF8.GetString(value));
        }
        return read;
    }
}
