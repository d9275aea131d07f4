using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>A fleet and the updates that come to it, with what is hidden in them. The same seed gives the same scenario.</summary>
/// <param name="Updates">In the order in which they are asked for.</param>
public sealed record FleetScenario(IReadOnlyList<FleetApp> Apps, IReadOnlyList<FleetUpdate> Updates)
{
    /// <summary>Stable telemetry before each request.</summary>
    public const int HistoryMinutes = 60;

    /// <summary>From request to request of an application.</summary>
    private const double LeastGapMinutes = 11 * 60;
    private const double MostGapMinutes = 14 * 60;

    /// <summary>A rollout that isn't over by then is cancelled: the next one of its application is near.</summary>
    public const int LongestMinutes = 9 * 60;

    private const int UpdatesPerApp = 25;
    private const int MostApps = 16;

    private static readonly long s_startMs = new DateTimeOffset(
        2026,
        1,
        5,
        0,
        0,
        0,
        TimeSpan.Zero
    ).ToUnixTimeMilliseconds();

    /// <summary>What the fleet's applications measure, with what is worth a rollback.</summary>
    public static IReadOnlyList<MetricPolicy> Metrics { get; } =
    [
        new("error_rate", MetricKind.Ratio, Worse.Up, new MinEffect(0.002, Relative: false)),
        new("latency_ms", MetricKind.Mean, Worse.Up, new MinEffect(0.05, Relative: true)),
    ];

    /// <summary>By application the version that each of its clusters runs before the first update.</summary>
    public Dictionary<string, string[]> FirstVersions() =>
        Apps.ToDictionary(
            app => app.Name,
            app => Enumerable.Repeat(FleetUpdate.FirstVersion, app.Clusters.Count).ToArray()
        );

    /// <param name="rollouts">How many updates; at least 1.</param>
    public static FleetScenario Draw(ulong seed, int rollouts)
    {
        var count = Math.Clamp(rollouts / UpdatesPerApp, 2, MostApps);
        var apps = FleetDraws.Apps(seed, count);
        var next = new PriorityQueue<int, (double Minute, int App)>();
        var gaps = SeededRandom.Of(seed, 2);
        for (var app = 0; app < count; app++)
            next.Enqueue(app, (HistoryMinutes + 1 + Math.Floor(gaps.Uniform(0, LeastGapMinutes)), app));
        var sequences = new int[count];
        var updates = new List<FleetUpdate>(rollouts);
        while (updates.Count < rollouts && next.TryDequeue(out var app, out var due))
        {
            var requestMs = s_startMs + (long)due.Minute * 60_000 - 1;
            updates.Add(FleetDraws.Update(seed, updates.Count, apps[app], ++sequences[app], requestMs));
            var gap = Math.Floor(gaps.Uniform(LeastGapMinutes, MostGapMinutes));
            next.Enqueue(app, (due.Minute + gap, app));
        }
        return new FleetScenario(apps, updates);
    }
}
