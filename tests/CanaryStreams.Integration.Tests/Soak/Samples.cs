using System.Globalization;
using System.Text;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>One side of an application in a cluster at one moment.</summary>
/// <param name="Track"><c>stable</c> or <c>canary</c>.</param>
/// <param name="IsBroken">It fails and is slow, so much that nobody can take it for healthy.</param>
internal readonly record struct Side(string App, string Cluster, string Track, string Version, bool IsBroken);

/// <summary>A record to produce.</summary>
internal readonly record struct Sample(string Topic, string Key, byte[] Value);

/// <summary>What the sides of applications report: two metrics, and synthetic journeys in pairs.</summary>
internal sealed class Samples(ulong seed)
{
    private const int Requests = 200;
    private const double Errors = 0.005;
    private const double BrokenErrors = 0.3;
    private readonly SeededRandom _random = new(seed);
    private int _runs;

    public static string Shown(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public IEnumerable<Sample> Measurements(DateTimeOffset time, Side side)
    {
        var failed = _random.Binomial(Requests, side.IsBroken ? BrokenErrors : Errors);
        var latency = 120 * Math.Exp(0.02 * _random.Normal()) * (side.IsBroken ? 2 : 1);
        yield return Measurement(time, side, "error_rate", (double)failed / Requests);
        yield return Measurement(time, side, "latency_ms", latency);
    }

    /// <summary>A journey against each side of one application in one cluster.</summary>
    public IEnumerable<Sample> Journeys(DateTimeOffset time, IEnumerable<Side> sides)
    {
        var run = _runs++;
        foreach (var side in sides)
        {
            var success = !side.IsBroken || _random.Chance(0.3);
            yield return Record(
                Topics.Transactions,
                side.App,
                $$"""
                {"time":"{{Shown(time)}}","app":"{{side.App}}","cluster":"{{side.Cluster}}","version":"{{side.Version}}","track":"{{side.Track}}","transaction":"place-order","run":"{{side.App}}-{{side.Cluster}}-{{run}}","durationMs":{{180
                    * Math.Exp(0.1 * _random.Normal())}},"success":{{(success ? "true" : "false")}}}
                """
            );
        }
    }

    public static Sample Request(
        DateTimeOffset time,
        string app,
        string from,
        string version,
        IEnumerable<string> clusters
    ) =>
        Record(
            Topics.Updates,
            app,
            $$"""
            {"time":"{{Shown(time)}}","type":"rollout.requested","rollout":"{{RolloutOf(app, version)}}","app":"{{app}}","version":"{{version}}","from":"{{from}}","clusters":[{{string.Join(
                ',',
                clusters.Select(name => $$"""{"name":"{{name}}"}""")
            )}}]}
            """
        );

    public static string RolloutOf(string app, string version) => $"{app}-{version}";

    private static Sample Measurement(DateTimeOffset time, Side side, string metric, double value) =>
        Record(
            Topics.Telemetry,
            side.App,
            $$"""
            {"time":"{{Shown(
                time
            )}}","app":"{{side.App}}","cluster":"{{side.Cluster}}","version":"{{side.Version}}","track":"{{side.Track}}","metric":"{{metric}}","value":{{value}},"count":{{Requests}}}
            """
        );

    private static Sample Record(string topic, string app, string json) =>
        new(topic, app, Encoding.UTF8.GetBytes(json));
}
