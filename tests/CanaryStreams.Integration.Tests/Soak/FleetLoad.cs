using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using Confluent.Kafka;

namespace CanaryStreams.Integration.Tests.Soak;

/// <param name="Apps">At most one rollout of each at a time.</param>
/// <param name="BrokenShare">Of the rollouts, in [0,1].</param>
/// <param name="LostAnswers">Share of the commands that an agent carries out without being heard.</param>
internal sealed record LoadSettings(
    int Apps = 12,
    ulong Seed = 1,
    double BrokenShare = 0.35,
    double LostAnswers = 0.1,
    double PauseSecondsMax = 8
);

/// <summary>
/// Applications in two clusters that report twice a second and are rolled out one version after the other, with their deployment
/// agents: everything around the engine, over clients of its own, whatever becomes of engine and broker.
/// </summary>
internal sealed class FleetLoad : IAsyncDisposable
{
    public static readonly IReadOnlyList<string> Clusters = ["eu-1", "us-1"];
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(500);

    private readonly LoadSettings _settings;
    private readonly Samples _samples;
    private readonly SeededRandom _random;
    private readonly SeededRandom _agents;
    private readonly SeededRandom _pauses;
    private readonly IProducer<string, byte[]> _producer;
    private readonly Follower _control;
    private readonly Follower _events;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, LoadedApp> _apps;
    private readonly List<LoadedRollout> _requested = [];
    private readonly ConcurrentDictionary<string, string> _outcomes = new();
    private readonly Task _running;
    private int _ticks;
    private long _sent;

    /// <summary>Begins to report, to obey and to request. The topics are there.</summary>
    public FleetLoad(string bootstrap, LoadSettings settings)
    {
        _settings = settings;
        _samples = new Samples(settings.Seed);
        (_random, _agents) = (new SeededRandom(settings.Seed + 1), new SeededRandom(settings.Seed + 2));
        _pauses = new SeededRandom(settings.Seed + 4);
        _apps = Names(settings.Apps).ToDictionary(name => name, name => new LoadedApp(name, Clusters));
        _producer = Outside.Producer(bootstrap);
        _control = new Follower(bootstrap, Topics.Control, Obey);
        _events = new Follower(bootstrap, Topics.Events, Learn);
        _running = RunAsync();
    }

    /// <summary>Whether applications without a rollout get one.</summary>
    public bool Requests { get; set; } = true;

    public IReadOnlyList<LoadedRollout> Requested
    {
        get
        {
            lock (_requested)
                return [.. _requested];
        }
    }

    /// <summary>By rollout, as events told so far.</summary>
    public IReadOnlyDictionary<string, string> Outcomes => _outcomes;

    /// <summary>Records of telemetry, of transactions, requests and answers that were handed to the client.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>What agents that honour the contract were made to do and must not be.</summary>
    public IReadOnlyList<string> Violations => [.. _apps.Values.SelectMany(app => app.Violations)];

    /// <summary>Told of each command that an agent reads, before it obeys; on one thread.</summary>
    public Action<ControlRecord>? OnCommand { get; set; }

    public static IEnumerable<string> Names(int count) => Enumerable.Range(1, count).Select(number => $"app-{number}");

    /// <summary>What stable versions reported in the time up to now, a sample each two seconds.</summary>
    public static void PublishPast(string bootstrap, LoadSettings settings, TimeSpan length)
    {
        using var producer = Outside.Producer(bootstrap);
        var samples = new Samples(settings.Seed + 3);
        var now = TimeProvider.System.GetUtcNow();
        for (var time = now - length; time < now; time += TimeSpan.FromSeconds(2))
            foreach (var app in Names(settings.Apps))
            foreach (var cluster in Clusters)
            foreach (var sample in samples.Measurements(time, new Side(app, cluster, "stable", "0", IsBroken: false)))
                Send(producer, sample);
        producer.Flush(TimeSpan.FromMinutes(1));
    }

    /// <summary>Until every rollout has ended.</summary>
    /// <returns>Those that haven't within the time.</returns>
    public async Task<IReadOnlyList<string>> SettleAsync(TimeSpan within)
    {
        Requests = false;
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            ThrowIfFailed();
            var left = Requested
                .Where(rollout => !_outcomes.ContainsKey(rollout.Name))
                .Select(one => one.Name)
                .ToList();
            if (left.Count == 0 || Stopwatch.GetElapsedTime(began) > within)
                return left;
            await Task.Delay(SampleEvery, TimeProvider.System);
        }
    }

    public void ThrowIfFailed()
    {
        foreach (var task in new[] { _running, _control.Running, _events.Running })
            if (task.IsFaulted)
                throw new InvalidOperationException("The load failed.", task.Exception);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _control.DisposeAsync();
        await _events.DisposeAsync();
        _producer.Flush(TimeSpan.FromSeconds(10));
        _producer.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(SampleEvery);
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            var now = TimeProvider.System.GetUtcNow();
            foreach (var app in _apps.Values)
                Report(app, now);
            foreach (var app in _apps.Values.Where(app => Requests && app.IsDue(now)))
                Request(app, now);
            _ticks++;
        }
    }

    private void Report(LoadedApp app, DateTimeOffset now)
    {
        foreach (var sides in app.Sides())
        {
            foreach (var sample in sides.SelectMany(side => _samples.Measurements(now, side)))
                Send(sample);
            if (_ticks % 2 != 0)
                continue;
            foreach (var sample in _samples.Journeys(now, sides))
                Send(sample);
        }
    }

    private void Request(LoadedApp app, DateTimeOffset now)
    {
        var from = app.Stable;
        var next = app.Next(_random.Chance(_settings.BrokenShare), now);
        lock (_requested)
            _requested.Add(next);
        Send(Samples.Request(now, app.Name, from, next.Version, Clusters));
    }

    private void Obey(Found record)
    {
        var command = ControlCodec.Decode(record.Value, out var error) ?? throw new FormatException(error);
        OnCommand?.Invoke(new ControlRecord(record, command));
        var now = TimeProvider.System.GetUtcNow();
        if (_apps[command.App].Obey(command, now) is { } answer && !_agents.Chance(_settings.LostAnswers))
            Send(new Sample(Topics.Acks, command.App, AckCodec.Encode(answer)));
    }

    private void Learn(Found record)
    {
        using var document = JsonDocument.Parse(record.Value);
        var happened = document.RootElement;
        if (happened.GetProperty("type").GetString() != "rollout.ended.v1")
            return;
        var rollout = happened.GetProperty("rollout").GetString()!;
        if (!_outcomes.TryAdd(rollout, happened.GetProperty("data").GetProperty("outcome").GetString()!))
            return;
        var app = _apps.Values.Single(one => one.Current?.Name == rollout);
        var pause = TimeSpan.FromSeconds(_pauses.Uniform(0, _settings.PauseSecondsMax));
        app.Ended(TimeProvider.System.GetUtcNow() + pause);
    }

    private void Send(Sample sample)
    {
        Send(_producer, sample);
        Interlocked.Increment(ref _sent);
    }

    private static void Send(IProducer<string, byte[]> producer, Sample sample) =>
        producer.Produce(sample.Topic, new Message<string, byte[]> { Key = sample.Key, Value = sample.Value });
}
