using System.Diagnostics;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Integration.Tests.Fixtures;
using CanaryStreams.Kafka;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>Two engines over the same input, one of them killed again and again: what they say of it is the same.</summary>
[Collection(Engines.Name)]
public sealed class AnalyzerKillTests
{
    private const int Partitions = 3;

    /// <summary>Shares of the signals at which it is killed; 0 is right after its start.</summary>
    private static readonly double[] KilledAt = [0, 0.02, 0.3, 0.6, 0.9];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Run_AnalyzerKilledUnderLoad_SignalsAreThoseOfAnUndisturbedRunByteForByte()
    {
        var now = TimeProvider.System.GetUtcNow();
        var from = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()) - TimeSpan.FromMinutes(25);
        var backlog = new Backlog(from, TimeSpan.FromMinutes(20));

        var undisturbed = await RunAsync(backlog, expected: null);
        var killed = await RunAsync(backlog, expected: undisturbed);

        undisturbed.Values.Sum(app => app.Count).ShouldBeGreaterThan(20_000);
        foreach (var app in backlog.Names)
            killed[app].ShouldBe(undisturbed[app], $"the signals of {app}");
    }

    /// <summary>A broker and an engine of their own, for as long as the backlog takes.</summary>
    /// <param name="expected">What it will say, where it is to be killed on the way; null where it isn't.</param>
    /// <returns>By application its signals of the backlog's time, in order.</returns>
    private static async Task<Dictionary<string, List<string>>> RunAsync(
        Backlog backlog,
        Dictionary<string, List<string>>? expected
    )
    {
        await using var kafka = await KafkaServer.StartAsync();
        await new TopicAdmin(kafka.Settings("setup")).EnsureAsync([.. Topics.All], Partitions);
        backlog.Write(kafka.Bootstrap);
        using var setup = new EngineSetup(Configuration(kafka.Bootstrap));
        await using var members = new Members(setup);
        await using var heard = new Heard(kafka.Bootstrap, backlog);
        members.Add();
        foreach (var share in expected is null ? [] : KilledAt)
        {
            await members[0].WaitUntilRunningAsync();
            await heard.UntilAsync(members, () => heard.Count >= share * expected!.Values.Sum(app => app.Count));
            await members.KillAsync(0);
            await members.RestartAsync(0);
        }
        await heard.UntilAsync(members, () => heard.IsComplete);
        return heard.ByApp();
    }

    private static string Configuration(string bootstrap) =>
        $$"""
            kafka:
              bootstrap: "{{bootstrap}}"
              librdkafka: { session.timeout.ms: 2000, heartbeat.interval.ms: 300 }
            stream: { bucket: 2s, allowedLateness: 2s, idleAfter: 2s, history: 10m }
            policies:
              default:
                bake: 10m
                decideBy: 1h
                staleAfter: 15s
                metrics:
                  error_rate: { kind: ratio, worse: up, minEffect: 0.02 }
                  latency_ms: { kind: mean, worse: up, minEffect: 20% }
            """;

    /// <summary>The signals of the backlog's time, as they come.</summary>
    private sealed class Heard : IAsyncDisposable
    {
        private readonly Backlog _backlog;
        private readonly Follower _follower;
        private readonly Lock _gate = new();
        private readonly Dictionary<string, List<string>> _byApp = [];
        private readonly HashSet<string> _beyond = [];
        private int _count;

        public Heard(string bootstrap, Backlog backlog)
        {
            _backlog = backlog;
            _follower = new Follower(bootstrap, Topics.Signals, Take);
        }

        public int Count => Volatile.Read(ref _count);

        /// <summary>Each application has gone beyond the backlog's end.</summary>
        public bool IsComplete
        {
            get
            {
                lock (_gate)
                    return _backlog.Names.All(_beyond.Contains);
            }
        }

        public Dictionary<string, List<string>> ByApp()
        {
            lock (_gate)
                return _byApp.ToDictionary(app => app.Key, app => app.Value.ToList());
        }

        public async Task UntilAsync(Members members, Func<bool> isMet)
        {
            var began = Stopwatch.GetTimestamp();
            while (!isMet())
            {
                members.ThrowIfEnded();
                if (Stopwatch.GetElapsedTime(began) > Patience)
                    throw new TimeoutException($"It stands at {Count} signals.\n{members.Printed}");
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
        }

        public ValueTask DisposeAsync() => _follower.DisposeAsync();

        private void Take(Found record)
        {
            var signal = SignalCodec.Decode(record.Value, out var error) ?? throw new FormatException(error);
            lock (_gate)
            {
                if (signal.Time > _backlog.End)
                {
                    _beyond.Add(signal.App);
                    return;
                }
                if (!_byApp.TryGetValue(signal.App, out var signals))
                    _byApp[signal.App] = signals = [];
                signals.Add(record.Text);
                _count++;
            }
        }
    }
}
