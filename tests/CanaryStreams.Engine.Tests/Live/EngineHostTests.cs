using CanaryStreams.Agent;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Live;
using CanaryStreams.Engine.Tests.Journal;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace CanaryStreams.Engine.Tests.Live;

/// <summary>
/// The engine over the embedded broker and a journal on disk. The rollouts have happened already when it starts: it
/// reads them as a backlog, which takes seconds, and decides them one by one.
/// </summary>
public sealed class EngineHostTests : IDisposable
{
    private static readonly TimeSpan CanaryStartedAgo = TimeSpan.FromMinutes(SimulatedRollout.CanaryMinutes + 15);

    private readonly TemporaryFolder _folder = new();
    private readonly EngineDiagnostics _diagnostics = new(TimeProvider.System);
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(90));

    [Fact]
    public async Task RunAsync_ABacklogWithOneFaultyRolloutOfTwo_OnlyThatOneIsRolledBackAndNothingIsSaidTwice()
    {
        using var broker = new EmbeddedBroker(Topics.All, partitions: 2);
        var kafka = broker.Settings();
        var rollouts = RolloutSimulator
            .Rollouts(3, 2, [RolloutFamily.FaultyTailLatency, RolloutFamily.HealthyBusy])
            .ToList();
        await PublishAsync(kafka, rollouts);

        var commands = new List<ControlCommand>();
        var signals = new HashSet<(string, DateTimeOffset, string, Track)>();
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(_guard.Token))
        {
            var running = Engine(kafka).RunAsync(stop.Token);
            var watching = WatchAsync(
                kafka,
                commands,
                signals,
                () => Rollbacks(commands).Any() && signals.Count > 1000
            );
            await await Task.WhenAny(running, watching);
            await stop.CancelAsync();
            await running;
        }

        Rollbacks(commands).Select(c => c.Rollout).Distinct().ShouldBe([rollouts[0].Rollout]);
        commands.ShouldAllBe(c => c.Version == SimulatedRollout.CanaryVersion);
        commands.GroupBy(c => c.Id).ShouldAllBe(same => same.Select(c => c.Command).Distinct().Count() == 1);
        using var journal = SqliteJournal.OpenReadOnly(_folder.File("journal.db"));
        journal.Streams("rollout/").Count.ShouldBe(2);
    }

    [Fact]
    public async Task RunAsync_OneRoleAlone_GoesOnUntilItIsStopped()
    {
        using var broker = new EmbeddedBroker(Topics.All, partitions: 2);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_guard.Token);
        var running = Engine(broker.Settings(), EngineRole.Analyzer).RunAsync(stop.Token);

        while (!_diagnostics.Health.Report().Parts.Any(part => part is { Name: "analyzer", IsReady: true }))
        {
            running.IsCompleted.ShouldBeFalse();
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, _guard.Token);
        }

        _diagnostics.Health.Report().Parts.ShouldNotContain(part => part.Name == "journal");
        await stop.CancelAsync();
        await running;
    }

    public void Dispose()
    {
        _guard.Dispose();
        _diagnostics.Dispose();
        _folder.Dispose();
    }

    private EngineHost Engine(KafkaSettings kafka, params IReadOnlyCollection<EngineRole> roles) =>
        new(
            new EngineOptions
            {
                Kafka = kafka,
                Layout = new TopicLayout(Topics.KeyedByApp.ToDictionary(topic => topic, _ => 2)),
                Stream = StreamSettings.Default,
                Policies =
                [
                    new Policy
                    {
                        Steps = [50],
                        Bake = TimeSpan.FromMinutes(60),
                        Metrics = RolloutSimulator.Metrics,
                    },
                ],
                Detector = DetectorModels.Default,
                Fleet = NoFleet.Instance,
                OpenJournal = () => SqliteJournal.Open(_folder.File("journal.db")),
                Diagnostics = _diagnostics,
                Roles = roles.Count > 0 ? roles : [EngineRole.Analyzer, EngineRole.Supervisor],
            },
            TimeProvider.System,
            NullLoggerFactory.Instance
        );

    private async Task PublishAsync(KafkaSettings kafka, List<SimulatedRollout> rollouts)
    {
        var start =
            TimeProvider.System.GetUtcNow() - CanaryStartedAgo - TimeSpan.FromMinutes(SimulatedRollout.HistoryMinutes);
        var startMs = start.ToUnixTimeMilliseconds();
        await using var producer = new RecordProducer(kafka);
        foreach (var chunk in SimulatedRecords.Play(rollouts, startMs - startMs % 60_000).Chunk(500))
            await producer.SendAsync(
                [.. chunk.Select(r => new OutputRecord(r.Topic, KeyOf(r), r.Value))],
                _guard.Token
            );
    }

    private static byte[] KeyOf(SimulatedRecord record)
    {
        using var value = System.Text.Json.JsonDocument.Parse(record.Value);
        return System.Text.Encoding.UTF8.GetBytes(value.RootElement.GetProperty("app").GetString()!);
    }

    /// <summary>Reads what the engine says, and answers as the agents would, until it is enough.</summary>
    private async Task WatchAsync(
        KafkaSettings kafka,
        List<ControlCommand> commands,
        HashSet<(string, DateTimeOffset, string, Track)> signals,
        Func<bool> isEnough
    )
    {
        await Task.Yield();
        var agents = new Dictionary<string, DeploymentAgent>();
        using var consumer = new PartitionConsumer(kafka with { Group = "test" });
        await using var acks = new RecordProducer(kafka);
        consumer.Subscribe(Topics.Control, Topics.Signals);
        while (!isEnough())
        {
            _guard.Token.ThrowIfCancellationRequested();
            foreach (var batch in consumer.Poll(TimeSpan.FromMilliseconds(20), 1000))
            {
                using (batch)
                {
                    foreach (var record in batch.Records)
                    {
                        if (record.Topic == Topics.Signals)
                            Take(record, signals);
                        else
                            await AnswerAsync(record, commands, agents, acks);
                    }
                }
            }
        }
    }

    private static void Take(RawRecord record, HashSet<(string, DateTimeOffset, string, Track)> signals)
    {
        var signal = SignalCodec.Decode(record.Value.Span, out _).ShouldNotBeNull();
        signals
            .Add((signal.App, signal.Time, signal.Metric, signal.Track))
            .ShouldBeTrue("a signal was published twice");
    }

    private async Task AnswerAsync(
        RawRecord record,
        List<ControlCommand> commands,
        Dictionary<string, DeploymentAgent> agents,
        RecordProducer acks
    )
    {
        var command = ControlCodec.Decode(record.Value.Span, out _).ShouldNotBeNull();
        commands.Add(command);
        if (!agents.TryGetValue(command.App, out var agent))
            agents[command.App] = agent = new DeploymentAgent(command.App, command.Cluster, new Nowhere());
        var ack = agent.Handle(command, TimeProvider.System.GetUtcNow()).ShouldNotBeNull();
        await acks.SendAsync([new OutputRecord(Topics.Acks, record.Key.ToArray(), AckCodec.Encode(ack))], _guard.Token);
    }

    private static IEnumerable<ControlCommand> Rollbacks(List<ControlCommand> commands) =>
        commands.Where(command => command.Command == CommandKind.Rollback);

    private sealed class Nowhere : ITraffic
    {
        public void SetCanary(string version, string? variant, int weightPct) { }

        public void SelectVariant(string version, string variant, int weightPct) { }

        public void Promote(string version) { }

        public void Rollback(string version) { }
    }
}
