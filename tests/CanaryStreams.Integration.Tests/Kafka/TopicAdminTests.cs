using CanaryStreams.Core.Telemetry;
using CanaryStreams.Integration.Tests.Fixtures;
using CanaryStreams.Kafka;

namespace CanaryStreams.Integration.Tests.Kafka;

public sealed class TopicAdminTests(SharedKafka kafka)
{
    [Fact]
    public async Task EnsureAsync_NothingThereThenAllThere_CreatedOnceAndKept()
    {
        var settings = (await kafka.GetAsync()).Settings("admin");

        var created = await new TopicAdmin(settings).EnsureAsync(["new-a", "new-b"], 3);
        var again = await new TopicAdmin(settings).EnsureAsync(["new-a", "new-b"], 5);

        created.Partitions.ShouldBe(new Dictionary<string, int> { ["new-a"] = 3, ["new-b"] = 3 }, ignoreOrder: true);
        again.ToString().ShouldBe("new-a (3), new-b (3)");
    }

    [Fact]
    public async Task EnsureAsync_ReplicationImpossible_SaysWhichTopicAndWhy()
    {
        var settings = (await kafka.GetAsync()).Settings("admin");

        var failure = await Should.ThrowAsync<TopicLayoutException>(() =>
            new TopicAdmin(settings).EnsureAsync(["threefold"], 1, replication: 3)
        );

        failure.Message.ShouldContain("threefold");
        failure.Message.ShouldContain("replication", Case.Insensitive);
    }

    [Fact]
    public async Task EnsureAsync_TopicsKeyedByApp_FollowTheirSiblingsAndDifferencesAreNamed()
    {
        await using var server = await KafkaServer.StartAsync();
        var admin = new TopicAdmin(server.Settings("admin"));
        await server.ToolAsync("kafka-topics.sh", "--create", "--topic", Topics.Telemetry, "--partitions", "6");

        var layout = await admin.EnsureAsync(Topics.All, 4);
        await server.ToolAsync("kafka-topics.sh", "--alter", "--topic", Topics.Updates, "--partitions", "9");
        var failure = await Should.ThrowAsync<TopicLayoutException>(() => admin.EnsureAsync(Topics.All, 4));

        Topics.KeyedByApp.ShouldAllBe(topic => layout.Partitions[topic] == 6);
        layout.Partitions[Topics.Events].ShouldBe(4);
        failure.Message.ShouldContain("canary.updates has 9");
        failure.Message.ShouldContain("canary.telemetry has 6");
    }

    [Fact]
    public async Task EnsureAsync_BrokerNotThereYet_WaitsAndCanBeCancelled()
    {
        var settings = new KafkaSettings { Bootstrap = $"127.0.0.1:{Ports.Free(1)[0]}" };
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        await Should.ThrowAsync<OperationCanceledException>(() =>
            new TopicAdmin(settings).EnsureAsync(["any"], 1, cancellation: cancellation.Token)
        );
    }
}
