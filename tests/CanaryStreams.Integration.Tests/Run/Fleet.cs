using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Integration.Tests.Fixtures;

namespace CanaryStreams.Integration.Tests.Run;

/// <summary>
/// Two applications in two clusters, with their producers, synthetic runners and deployment agents, in real time and
/// through kcat alone.
/// </summary>
internal sealed class Fleet : IAsyncDisposable
{
    public const string Version = "2.4.1";
    private const string From = "2.4.0";
    private const int RequestsPerSample = 100;
    private const double Errors = 0.005;
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Apps = ["checkout", "search"];
    private static readonly string[] Clusters = ["eu-1", "us-1"];

    private readonly string _bootstrap;
    private readonly SeededRandom _random;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<(string App, string Cluster), int> _weights = [];
    private readonly HashSet<string> _broken = [];
    private readonly Queue<(string Key, string Value)> _answers = new();
    private readonly Lock _gate = new();
    private readonly Task _running;
    private int _samples;

    /// <summary>Begins to publish, and to follow commands.</summary>
    public Fleet(string bootstrap, ulong seed)
    {
        _bootstrap = bootstrap;
        _random = new SeededRandom(seed);
        Control = new KcatFollower(bootstrap, Topics.Control, Obey);
        _running = RunAsync();
    }

    /// <summary>The commands that the agents see.</summary>
    public KcatFollower Control { get; }

    /// <summary>Whether agents acknowledge what they are told; they do it all the same.</summary>
    public bool AgentsAnswer { get; set; } = true;

    public static string RolloutOf(string app) => $"{app}-{Version}";

    /// <summary>What the stable versions published in the time up to now, a sample each two seconds.</summary>
    public static async Task PublishPastAsync(string bootstrap, TimeSpan length, ulong seed)
    {
        var random = new SeededRandom(seed);
        var records = new List<(string, string)>();
        var now = TimeProvider.System.GetUtcNow();
        for (var time = now - length; time < now; time += TimeSpan.FromSeconds(2))
            foreach (var app in Apps)
            foreach (var cluster in Clusters)
                records.AddRange(
                    Measurements(random, time, app, cluster, "stable", From, 4 * RequestsPerSample, broken: false)
                );
        await Kcat.ProduceAsync(bootstrap, Topics.Telemetry, records);
    }

    public Task RequestAsync(string app)
    {
        var request = new Dictionary<string, object>
        {
            ["time"] = Now,
            ["type"] = "rollout.requested",
            ["rollout"] = RolloutOf(app),
            ["app"] = app,
            ["version"] = Version,
            ["from"] = From,
            ["change"] = new { files = 14, lines = 820 },
            ["clusters"] = Clusters.Select(name => new { name }),
        };
        return Kcat.ProduceAsync(_bootstrap, Topics.Updates, app, [JsonSerializer.Serialize(request)]);
    }

    /// <summary>From now on the application's canaries fail often and are slow.</summary>
    public void Break(string app)
    {
        lock (_gate)
            _broken.Add(app);
    }

    public void ThrowIfFailed()
    {
        if (_running.IsFaulted)
            throw new InvalidOperationException("The fleet failed.", _running.Exception);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // It was told to.
        }
        await Control.DisposeAsync();
        _stop.Dispose();
    }

    private static string Now => Shown(TimeProvider.System.GetUtcNow());

    private static string Shown(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            await Kcat.ProduceAsync(_bootstrap, Topics.Telemetry, Sample());
            if (_samples++ % 2 == 0)
                await Kcat.ProduceAsync(_bootstrap, Topics.Transactions, Journeys());
            var answers = Answers();
            if (answers.Count > 0)
                await Kcat.ProduceAsync(_bootstrap, Topics.Acks, answers);
            var left = SampleEvery - Stopwatch.GetElapsedTime(began);
            if (left > TimeSpan.Zero)
                await Task.Delay(left, TimeProvider.System, _stop.Token);
        }
    }

    private List<(string, string)> Sample()
    {
        var records = new List<(string, string)>();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (app, cluster, hasCanary, broken) in Places())
        {
            records.AddRange(
                Measurements(_random, now, app, cluster, "stable", From, RequestsPerSample, broken: false)
            );
            if (hasCanary)
                records.AddRange(
                    Measurements(_random, now, app, cluster, "canary", Version, RequestsPerSample, broken)
                );
        }
        return records;
    }

    /// <summary>Synthetic runs; a pair of them where there is a canary.</summary>
    private List<(string, string)> Journeys()
    {
        var records = new List<(string, string)>();
        foreach (var (app, cluster, hasCanary, broken) in Places())
        {
            var run = $"{app}-{cluster}-{_samples}";
            records.Add((app, Journey(app, cluster, "stable", From, run, success: true)));
            if (hasCanary)
                records.Add((app, Journey(app, cluster, "canary", Version, run, !broken || _random.Chance(0.5))));
        }
        return records;
    }

    private List<(string App, string Cluster, bool HasCanary, bool Broken)> Places()
    {
        lock (_gate)
            return
            [
                .. from app in Apps
                from cluster in Clusters
                select (app, cluster, _weights.GetValueOrDefault((app, cluster)) > 0, _broken.Contains(app)),
            ];
    }

    private List<(string, string)> Answers()
    {
        lock (_gate)
        {
            var answers = _answers.ToList();
            _answers.Clear();
            return answers;
        }
    }

    private void Obey(JsonElement command)
    {
        var app = command.GetProperty("app").GetString()!;
        var cluster = command.GetProperty("cluster").GetString()!;
        var weight = command.GetProperty("weightPct").GetInt32();
        var isCanary = command.GetProperty("command").GetString() == "set-canary";
        lock (_gate)
        {
            _weights[(app, cluster)] = isCanary ? weight : 0;
            if (AgentsAnswer)
                _answers.Enqueue((app, Answer(command, weight)));
        }
    }

    private static string Answer(JsonElement command, int weight) =>
        JsonSerializer.Serialize(
            new
            {
                time = Now,
                id = command.GetProperty("id").GetString(),
                rollout = command.GetProperty("rollout").GetString(),
                app = command.GetProperty("app").GetString(),
                cluster = command.GetProperty("cluster").GetString(),
                status = "applied",
                weightPct = weight,
            }
        );

    private static IEnumerable<(string, string)> Measurements(
        SeededRandom random,
        DateTimeOffset time,
        string app,
        string cluster,
        string track,
        string version,
        int requests,
        bool broken
    )
    {
        var failed = random.Binomial(requests, broken ? 0.15 : Errors);
        var latency = 120 * Math.Exp(0.02 * random.Normal()) * (broken ? 1.6 : 1);
        yield return Measurement("error_rate", (double)failed / requests);
        yield return Measurement("latency_ms", latency);

        (string, string) Measurement(string metric, double value) =>
            (
                app,
                JsonSerializer.Serialize(
                    new
                    {
                        time = Shown(time),
                        app,
                        cluster,
                        version,
                        track,
                        metric,
                        value,
                        count = requests,
                    }
                )
            );
    }

    private string Journey(string app, string cluster, string track, string version, string run, bool success) =>
        JsonSerializer.Serialize(
            new
            {
                time = Now,
                app,
                cluster,
                version,
                track,
                transaction = "place-order",
                run,
                durationMs = 180 * Math.Exp(0.1 * _random.Normal()),
                success,
                error = success ? null : "assertion: status 500, expected 200",
            }
        );
}
