using CanaryStreams.Core.Telemetry;
using CanaryStreams.Integration.Tests.Fixtures;
using CanaryStreams.Kafka;

namespace CanaryStreams.Integration.Tests.Run;

[Collection(Engines.Name)]
public sealed class StartUpTests
{
    private const int Interrupted = 130;
    private const int BadInput = 2;
    private static readonly TimeSpan ShortWhile = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Run_BrokerComesLater_WaitsThenCreatesTheTopicsAndRunsUntilTold()
    {
        Kcat.SkipWhenMissing();
        await using var kafka = await KafkaServer.PrepareAsync();
        using var setup = Setup(kafka.Bootstrap);
        await using var engine = setup.Start();
        await engine.WaitForAsync($"Waiting for Kafka at {kafka.Bootstrap}");

        await kafka.RestartAsync();
        await engine.WaitUntilRunningAsync();
        var layout = await Kcat.DescribeAsync(kafka.Bootstrap);
        await engine.SignalAsync("TERM");

        Topics.All.ShouldAllBe(topic => layout.Contains($"topic \"{topic}\" with 3 partitions"));
        (await engine.EndAsync(ShortWhile)).ShouldBe(Interrupted);
        engine.Printed.ShouldNotContain("Exception");
    }

    /// <summary>A member that left without a word would keep its partitions for the session's time-out.</summary>
    [Fact]
    public async Task Run_Interrupted_LeavesItsGroups()
    {
        await using var kafka = await KafkaServer.StartAsync();
        using var setup = Setup(kafka.Bootstrap);
        await using var engine = setup.Start();
        await engine.WaitForAsync("Assigned canary.signals[0]");
        await engine.WaitForAsync("Assigned canary.updates[0]");

        await engine.SignalAsync("INT");

        (await engine.EndAsync(ShortWhile)).ShouldBe(Interrupted);
        engine.Printed.ShouldNotContain("Exception");
        (await StateAsync(kafka, "canarystreams-analyzer")).ShouldContain("Empty");
        (await StateAsync(kafka, "canarystreams-supervisor")).ShouldContain("Empty");
    }

    [Fact]
    public async Task Run_TopicsOfUnevenPartitions_EndsAndNamesEach()
    {
        await using var kafka = await KafkaServer.StartAsync();
        using var setup = Setup(kafka.Bootstrap);
        var admin = new TopicAdmin(kafka.Settings("setup"));
        await admin.EnsureAsync([.. Topics.All.Where(topic => topic != Topics.Updates)], 3);
        await kafka.ToolAsync("kafka-topics.sh", "--create", "--topic", Topics.Updates, "--partitions", "5");

        await using var engine = setup.Start();

        (await engine.EndAsync(TimeSpan.FromMinutes(1))).ShouldBe(BadInput);
        engine.Printed.ShouldContain($"{Topics.Updates} has 5");
        Topics
            .KeyedByApp.Where(topic => topic != Topics.Updates)
            .ShouldAllBe(topic => engine.Printed.Contains($"{topic} has 3"));
        engine.Printed.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Run_ConfigurationOfManyMistakes_EndsAndNamesAll()
    {
        using var setup = new EngineSetup(
            """
            kafka: { bootstrap: "127.0.0.1:9", partitons: 6 }
            stream: { bucket: 7s }
            policies:
              default:
                bake: often
                falseRollbackBudget: 2
                metrics: { error_rate: { kind: rate } }
            """
        );

        await using var engine = setup.Start();

        (await engine.EndAsync(TimeSpan.FromMinutes(1))).ShouldBe(BadInput);
        string[] mistakes =
        [
            "kafka.partitons",
            "stream.bucket",
            "default.bake",
            "default.falseRollbackBudget",
            "error_rate.kind",
        ];
        mistakes.ShouldAllBe(mistake => engine.Printed.Contains(mistake));
        engine.Printed.Split('\n').Length.ShouldBe(mistakes.Length);
    }

    [Fact]
    public async Task Run_InterruptedWhileItWaitsForTheBroker_Ends()
    {
        var nobody = $"127.0.0.1:{Ports.Free(1)[0]}";
        using var setup = Setup(nobody);
        await using var engine = setup.Start();
        await engine.WaitForAsync($"Waiting for Kafka at {nobody}");

        await engine.SignalAsync("INT");

        (await engine.EndAsync(ShortWhile)).ShouldBe(Interrupted);
    }

    private static Task<string> StateAsync(KafkaServer kafka, string group) =>
        kafka.ToolAsync("kafka-consumer-groups.sh", "--describe", "--state", "--group", group);

    private static EngineSetup Setup(string bootstrap) =>
        new($$"""kafka: { bootstrap: "{{bootstrap}}", partitions: 3, librdkafka: { session.timeout.ms: 60000 } }""");
}
