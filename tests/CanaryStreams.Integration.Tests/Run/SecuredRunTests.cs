using CanaryStreams.Core.Telemetry;
using CanaryStreams.Integration.Tests.Fixtures;
using CanaryStreams.Kafka;
using CanaryStreams.Tests.Kafka;

namespace CanaryStreams.Integration.Tests.Run;

/// <summary>The program at a broker that asks for TLS, a login and rights; secrets come from the environment and from files.</summary>
[Collection(Engines.Name)]
public sealed class SecuredRunTests(SecuredKafka kafka) : IClassFixture<SecuredKafka>
{
    private const int Interrupted = 130;
    private const string Variable = "CANARY_TEST_KAFKA_PASSWORD";
    private const string WrongPassword = "rhubarb-trombone-glacier";
    private static readonly TimeSpan ShortWhile = TimeSpan.FromSeconds(20);

    private static readonly string[] OnlyRead = [Topics.Telemetry, Topics.Transactions, Topics.Updates, Topics.Acks];
    private static readonly string[] Both =
    [
        Topics.Signals,
        Topics.Fleet,
        Topics.Events,
        Topics.Outcomes,
        Topics.Models,
    ];
    private static readonly string[] OnlyWritten = [Topics.Control, Topics.Rejects];

    /// <summary>The rights are those that the operator's guide lists, and not one more.</summary>
    [Fact]
    public async Task Run_SecretsFromAFileAndTheLeastRights_WorksAndPrintsNoSecret()
    {
        var admin = await kafka.AdminAsync("observer");
        var server = await kafka.GetAsync();
        await new TopicAdmin(admin).EnsureAsync([.. Topics.All], 1);
        await AllowAsync(server, "Read", [.. OnlyRead, .. Both]);
        await AllowAsync(server, "Write", [.. OnlyWritten, .. Both]);
        string[] roles = ["analyzer", "supervisor", "learner"];
        var groups = roles.SelectMany(role => new[] { "--group", $"canarystreams-{role}" });
        await server.AllowAsync(SecuredKafka.Engine, ["--operation", "Read", .. groups]);
        using var setup = new EngineSetup(Configuration(server.Bootstrap, "${file:" + SecretFile() + "}"));
        await using var engine = setup.Start();
        await engine.WaitForAsync("Assigned canary.signals[0]");
        await engine.WaitForAsync("Assigned canary.updates[0]");

        await using var producer = new RecordProducer(admin);
        await producer.SendAsync([
            Records.Of(Topics.Telemetry, "checkout", "no telemetry"),
            Records.Of(Topics.Updates, "checkout", Request()),
        ]);

        (await FirstAsync(Topics.Rejects)).ShouldBe("no telemetry");
        (await FirstAsync(Topics.Control)).ShouldContain("checkout-2.4.1");
        (await FirstAsync(Topics.Events)).ShouldContain("checkout-2.4.1");
        engine.Printed.ShouldContain("sasl.password=***");
        await EndAsync(engine, SecuredKafka.EnginePassword);
        engine.Printed.Split('\n').ShouldNotContain(line => line.Contains("lacks the right"));
    }

    [Fact]
    public async Task Run_WrongPasswordFromTheEnvironment_WaitsSaysSoAndPrintsNoSecret()
    {
        var server = await kafka.GetAsync();
        using var setup = new EngineSetup(Configuration(server.Bootstrap, "${" + Variable + "}"));
        await using var engine = setup.Start(new Dictionary<string, string> { [Variable] = WrongPassword });

        await engine.WaitForAsync("attempt 2: authentication failed: ");

        await EndAsync(engine, WrongPassword);
    }

    private static async Task EndAsync(EngineProcess engine, string password)
    {
        await engine.SignalAsync("TERM");
        (await engine.EndAsync(ShortWhile)).ShouldBe(Interrupted);
        engine.Printed.ShouldNotContain("Exception");
        foreach (var part in password.Split('-'))
            engine.Printed.ShouldNotContain(part);
    }

    private static Task AllowAsync(KafkaServer server, string right, IEnumerable<string> topics) =>
        server.AllowAsync(
            SecuredKafka.Engine,
            ["--operation", right, .. topics.SelectMany(topic => new[] { "--topic", topic })]
        );

    private static string Request() =>
        $$"""{"time":{{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}},"type":"rollout.requested","rollout":"checkout-2.4.1","app":"checkout","version":"2.4.1","from":"2.4.0","clusters":[{"name":"eu-1"}]}""";

    private async Task<string> FirstAsync(string topic)
    {
        using var consumer = (await kafka.AdminAsync($"observer-{topic}")).Consumer(topic);
        string? first = null;
        consumer.PollUntil(() => first is not null, record => first ??= record.Text);
        return first!;
    }

    private string SecretFile()
    {
        var path = Path.Combine(Path.GetDirectoryName(kafka.AuthorityFile)!, "password");
        File.WriteAllText(path, SecuredKafka.EnginePassword + "\n");
        return path;
    }

    private string Configuration(string bootstrap, string password) =>
        $$"""
            kafka:
              bootstrap: "{{bootstrap}}"
              librdkafka:
                security.protocol: SASL_SSL
                sasl.mechanism: PLAIN
                sasl.username: {{SecuredKafka.Engine}}
                sasl.password: "{{password}}"
                ssl.ca.location: "{{kafka.AuthorityFile}}"
            """;
}
