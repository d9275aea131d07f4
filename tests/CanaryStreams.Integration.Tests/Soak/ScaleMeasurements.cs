using System.Diagnostics;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Integration.Tests.Fixtures;
using CanaryStreams.Kafka;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>
/// Measures what <c>docs/results/scale.md</c> tells (<c>make scale</c>). Not part of the tests: the numbers are the machine's, and
/// nothing is asserted of them.
/// </summary>
[Collection(Engines.Name)]
[Trait("Category", "Measurement")]
public sealed class ScaleMeasurements
{
    private const int Rollouts = 10_000;
    private const int Partitions = 6;
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(90);

    [Fact(Explicit = true)]
    public Task TenThousandRollouts_Sqlite() => MeasureRolloutsAsync("SQLite", journal: null);

    [Fact(Explicit = true)]
    public async Task TenThousandRollouts_Postgres()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await MeasureRolloutsAsync("PostgreSQL", postgres.NewUrl());
    }

    [Theory(Explicit = true)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Backlog_Drained(int processes)
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var kafka = await NewKafkaAsync();
        var now = TimeProvider.System.GetUtcNow();
        var backlog = new Backlog(now - TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(10), Apps: 48);
        var records = backlog.Write(kafka.Bootstrap);
        using var setup = new EngineSetup(Configuration(kafka.Bootstrap, "2s"), journal: postgres.NewUrl());
        await using var members = new Members(setup);
        await using var progress = new Progress(kafka.Bootstrap, backlog);
        for (var process = 0; process < processes; process++)
            members.Add();
        await members.WaitForAsync("end of the backlog", () => Task.FromResult(progress.IsComplete));
        var cpu = Enumerable.Range(0, processes).Select(index => members[index].ProcessorTime.TotalSeconds).ToList();
        var shares = new List<int>();
        for (var process = 0; process < processes; process++)
            shares.Add((await members.OwnedAsync(process)).GetValueOrDefault("analyzer"));
        Tell(
            $"{processes} process(es): {records} records in {progress.Took.TotalSeconds:0.0} s from first signal to last, "
                + $"{records / progress.Took.TotalSeconds:0} records/s; {cpu.Sum():0.0} s of processor time, "
                + $"{1e6 * cpu.Sum() / records:0.0} µs a record with start; partitions {string.Join(" and ", shares)}"
        );
    }

    [Fact(Explicit = true)]
    public async Task Death_ToTheSuccessorsFirstDecision()
    {
        await using var stage = await Stage.BeginAsync(
            new LoadSettings(Seed: 9, Apps: 24, PauseSecondsMax: 1),
            members: 2
        );
        await using var heard = new ManyRollouts(stage.Kafka.Bootstrap, 0);
        var seconds = new List<double>();
        for (var round = 0; round < 7; round++)
        {
            await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
            heard.ForgetTakeOvers();
            var died = Stopwatch.GetTimestamp();
            await stage.Members.KillAsync(0);
            await stage.Members.WaitForAsync("take-over", () => Task.FromResult(heard.TakenOver > 0), mayBeDead: 0);
            seconds.Add(Stopwatch.GetElapsedTime(died).TotalSeconds);
            await stage.Members.RestartAsync(0);
            await stage.Members.WaitUntilSharedAsync(Stage.Partitions);
        }
        Tell(
            $"death to first decision, session {Stage.SessionTimeout.TotalSeconds:0} s: median {Median(seconds):0.0} s of "
                + string.Join(", ", seconds.Select(one => $"{one:0.0}"))
        );
    }

    private static async Task MeasureRolloutsAsync(string name, string? journal)
    {
        await using var kafka = await NewKafkaAsync();
        using var setup = new EngineSetup(Configuration(kafka.Bootstrap, "30s"), journal: journal);
        await using var members = new Members(setup);
        var engine = members.Add();
        await members.WaitUntilSharedAsync(Partitions);
        await using var rollouts = new ManyRollouts(kafka.Bootstrap, Rollouts);
        rollouts.Report();
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
        var idle = engine.Memory;
        var (began, cpu) = (Stopwatch.GetTimestamp(), engine.ProcessorTime);
        rollouts.Request();
        await members.WaitForAsync("10 000 answers", () => Task.FromResult(rollouts.Answered >= Rollouts));
        var took = Stopwatch.GetElapsedTime(began);
        Tell(
            $"{name}: {Rollouts} rollouts begun in {took.TotalSeconds:0.0} s, {rollouts.Events} events, "
                + $"{rollouts.Events / took.TotalSeconds:0} events/s, "
                + $"{1e6 * (engine.ProcessorTime - cpu).TotalSeconds / rollouts.Events:0} µs of processor time an event; "
                + $"memory {idle / 1e6:0} → {engine.Memory / 1e6:0} MB"
        );
        await WatchAsync(name, engine, rollouts);
        await RecoverAsync(name, members, rollouts);
    }

    private static async Task WatchAsync(string name, EngineProcess engine, ManyRollouts rollouts)
    {
        var (began, cpu, events, records) = (Stopwatch.GetTimestamp(), engine.ProcessorTime, rollouts.Events, 0);
        while (Stopwatch.GetElapsedTime(began) < Watched)
        {
            records += rollouts.Report();
            await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System);
        }
        var used = (engine.ProcessorTime - cpu).TotalSeconds;
        Tell(
            $"{name}: {Rollouts} live rollouts, a measurement per series each 10 s and a bucket each 30 s for "
                + $"{Watched.TotalSeconds:0} s: {records} measurements, {rollouts.Events - events} events, "
                + $"{100 * used / Stopwatch.GetElapsedTime(began).TotalSeconds:0} % of a core, memory {engine.Memory / 1e6:0} MB"
        );
    }

    private static async Task RecoverAsync(string name, Members members, ManyRollouts rollouts)
    {
        rollouts.ForgetTakeOvers();
        var died = Stopwatch.GetTimestamp();
        await members.KillAsync(0);
        await members.RestartAsync(0);
        await members.WaitForAsync("first take-over", () => Task.FromResult(rollouts.TakenOver > 0));
        var first = Stopwatch.GetElapsedTime(died);
        await members.WaitForAsync("10 000 take-overs", () => Task.FromResult(rollouts.TakenOver >= Rollouts));
        var all = Stopwatch.GetElapsedTime(died);
        await members.WaitUntilReadyAsync();
        Tell(
            $"{name}: after SIGKILL and a start at once, first rollout decided again after {first.TotalSeconds:0.0} s, "
                + $"all {Rollouts} after {all.TotalSeconds:0.0} s, ready after {Stopwatch.GetElapsedTime(died).TotalSeconds:0.0} s "
                + $"(session {Stage.SessionTimeout.TotalSeconds:0} s); memory {members[0].Memory / 1e6:0} MB"
        );
    }

    private static async Task<KafkaServer> NewKafkaAsync()
    {
        var kafka = await KafkaServer.StartAsync();
        await new TopicAdmin(kafka.Settings("setup")).EnsureAsync([.. Topics.All], Partitions);
        return kafka;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Configuration(string bootstrap, string bucket) =>
        $$"""
            kafka:
              bootstrap: "{{bootstrap}}"
              librdkafka: { session.timeout.ms: {{Stage.SessionTimeout.TotalMilliseconds}}, heartbeat.interval.ms: 500 }
            stream: { bucket: {{bucket}}, allowedLateness: 2s, idleAfter: 5s, history: 10m }
            learning: { fleet: false }
            policies:
              default:
                steps: [50, 100]
                bake: 2h
                decideBy: 4h
                staleAfter: 2m
                ackTimeout: 60s
                metrics:
                  error_rate: { kind: ratio, worse: up, minEffect: 0.02 }
                  latency_ms: { kind: mean, worse: up, minEffect: 20% }
            """;

    private static void Tell(string what) => TestContext.Current.TestOutputHelper?.WriteLine(what);

    /// <summary>When the first signal of a backlog came, and the last.</summary>
    private sealed class Progress : IAsyncDisposable
    {
        private readonly Backlog _backlog;
        private readonly Follower _follower;
        private readonly HashSet<string> _beyond = [];
        private long _first;
        private long _last;

        public Progress(string bootstrap, Backlog backlog)
        {
            _backlog = backlog;
            _follower = new Follower(bootstrap, Topics.Signals, Take);
        }

        public bool IsComplete => Volatile.Read(ref _last) != 0;

        public TimeSpan Took => Stopwatch.GetElapsedTime(_first, _last);

        public ValueTask DisposeAsync() => _follower.DisposeAsync();

        private void Take(Found record)
        {
            if (_first == 0)
                _first = Stopwatch.GetTimestamp();
            var signal = Core.Signals.SignalCodec.Decode(record.Value, out _)!;
            if (signal.Time > _backlog.End && _beyond.Add(signal.App) && _beyond.Count == _backlog.Apps)
                Volatile.Write(ref _last, Stopwatch.GetTimestamp());
        }
    }
}
