using System.Text.Json;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Integration.Tests.Fixtures;
using CanaryStreams.Kafka;

namespace CanaryStreams.Integration.Tests.Run;

/// <summary>A broker with an hour of stable telemetry on its topics, an engine that can be ended and begun, and the fleet.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private static readonly TimeSpan History = TimeSpan.FromMinutes(60);

    private readonly KafkaServer _kafka;
    private EngineProcess _engine;

    private Scene(KafkaServer kafka, EngineSetup setup, ulong seed)
    {
        _kafka = kafka;
        Setup = setup;
        Fleet = new Fleet(kafka.Bootstrap, seed);
        Events = new KcatFollower(kafka.Bootstrap, Topics.Events);
        _engine = setup.Start();
    }

    public EngineSetup Setup { get; }

    public Fleet Fleet { get; }

    public KcatFollower Events { get; }

    /// <param name="bake">How long a step takes where nothing is the matter.</param>
    public static async Task<Scene> BeginAsync(ulong seed, string bake = "12s")
    {
        Kcat.SkipWhenMissing();
        var kafka = await KafkaServer.StartAsync();
        await new TopicAdmin(kafka.Settings("setup")).EnsureAsync([.. Topics.All], 3);
        await Fleet.PublishPastAsync(kafka.Bootstrap, History, seed);
        var scene = new Scene(kafka, new EngineSetup(Configuration(kafka.Bootstrap, bake)), seed + 1);
        await scene._engine.WaitUntilRunningAsync();
        return scene;
    }

    public Task<IReadOnlyList<KcatRecord>> ReadAsync(string topic) => Kcat.ReadAsync(_kafka.Bootstrap, topic);

    public Task KillEngineAsync() => _engine.KillAsync();

    public async Task StartEngineAsync()
    {
        await _engine.DisposeAsync();
        _engine = Setup.Start();
        await _engine.WaitUntilRunningAsync();
    }

    /// <summary>Waits for a command to some agent.</summary>
    public Task<JsonElement> CommandAsync(string app, string command) =>
        Fleet.Control.WaitForAsync(
            $"{command} of {app}",
            seen => Is(seen, "app", app) && Is(seen, "command", command),
            Check
        );

    /// <summary>Waits for a rollout's end.</summary>
    /// <returns>Its outcome.</returns>
    public async Task<string?> OutcomeAsync(string rollout)
    {
        var ended = await Events.WaitForAsync(
            $"end of {rollout}",
            seen => Is(seen, "rollout", rollout) && Is(seen, "type", "rollout.ended.v1"),
            Check
        );
        return ended.GetProperty("data").GetProperty("outcome").GetString();
    }

    public async ValueTask DisposeAsync()
    {
        await Fleet.DisposeAsync();
        await Events.DisposeAsync();
        await _engine.DisposeAsync();
        await _kafka.DisposeAsync();
        Setup.Dispose();
    }

    private static bool Is(JsonElement record, string field, string value) =>
        record.GetProperty(field).GetString() == value;

    private void Check()
    {
        _engine.ThrowIfEnded();
        Fleet.ThrowIfFailed();
    }

    private static string Configuration(string bootstrap, string bake) =>
        $$"""
            kafka:
              bootstrap: "{{bootstrap}}"
              librdkafka: { session.timeout.ms: 6000 }
            stream: { bucket: 2s, allowedLateness: 2s, idleAfter: 2s, history: 1h }
            policies:
              default:
                steps: [10, 100]
                bake: {{bake}}
                decideBy: 5m
                horizon: 30s
                staleAfter: 15s
                ackTimeout: 3s
                ackRetries: 100
                failureThreshold: 0.6
                metrics:
                  error_rate: { kind: ratio, worse: up, minEffect: 0.01 }
                  latency_ms: { kind: mean, worse: up, minEffect: 10% }
            """;
}
