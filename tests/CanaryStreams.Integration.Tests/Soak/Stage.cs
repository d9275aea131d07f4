using CanaryStreams.Core.Telemetry;
using CanaryStreams.Integration.Tests.Fixtures;
using CanaryStreams.Kafka;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>One Kafka, one PostgreSQL, a fleet of applications under load, and as many processes of the program as are begun.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public const int Partitions = 6;

    /// <summary>How long the group waits for a member that says nothing.</summary>
    public static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Past = TimeSpan.FromMinutes(10);

    private Stage(KafkaServer kafka, PostgresServer postgres, LoadSettings settings)
    {
        (Kafka, Postgres) = (kafka, postgres);
        Setup = new EngineSetup(Configuration(kafka.Bootstrap), journal: postgres.NewUrl());
        Members = new Members(Setup);
        Load = new FleetLoad(kafka.Bootstrap, settings);
    }

    public KafkaServer Kafka { get; }

    public PostgresServer Postgres { get; }

    public EngineSetup Setup { get; }

    public Members Members { get; }

    public FleetLoad Load { get; }

    /// <summary>Both servers and the load run, and so many processes are ready.</summary>
    public static async Task<Stage> BeginAsync(LoadSettings settings, int members)
    {
        var postgres = await PostgresServer.StartAsync();
        var kafka = await KafkaServer.StartAsync();
        await new TopicAdmin(kafka.Settings("setup")).EnsureAsync([.. Topics.All], Partitions);
        FleetLoad.PublishPast(kafka.Bootstrap, settings, Past);
        var stage = new Stage(kafka, postgres, settings);
        try
        {
            for (var member = 0; member < members; member++)
                stage.Members.Add();
            await stage.Members.WaitUntilSharedAsync(Partitions);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the load, lets everything come to its end, and looks at what is on the topics.</summary>
    /// <param name="grace">How long rollouts may take to end.</param>
    public async Task<Audit> SettleAsync(TimeSpan grace)
    {
        await Load.SettleAsync(grace);
        Members.ThrowIfEnded();
        return Audit.Of(Kafka.Bootstrap, Load.Requested);
    }

    public async ValueTask DisposeAsync()
    {
        await Load.DisposeAsync();
        await Members.DisposeAsync();
        await Kafka.DisposeAsync();
        await Postgres.DisposeAsync();
        Setup.Dispose();
    }

    private static string Configuration(string bootstrap) =>
        $$"""
            kafka:
              bootstrap: "{{bootstrap}}"
              librdkafka: { session.timeout.ms: {{SessionTimeout.TotalMilliseconds}}, heartbeat.interval.ms: 500 }
            stream: { bucket: 2s, allowedLateness: 2s, idleAfter: 2s, history: 10m }
            learning: { fleet: false }
            policies:
              default:
                steps: [20, 100]
                bake: 8s
                decideBy: 10m
                horizon: 30s
                staleAfter: 15s
                ackTimeout: 3s
                ackRetries: 1000
                failureThreshold: 0.6
                falseRollbackBudget: 0.0001
                metrics:
                  error_rate: { kind: ratio, worse: up, minEffect: 0.02 }
                  latency_ms: { kind: mean, worse: up, minEffect: 20% }
            """;
}
