using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Cli.Verdicts;

/// <summary>A rollout as its records show it, minute by minute: what the judges for comparison look at.</summary>
/// <param name="StartMs">When the canary began, Unix milliseconds.</param>
internal sealed record RecordedRollout(string Rollout, long StartMs)
{
    /// <summary>Synthetic runs as one more metric: the share that failed.</summary>
    public const string Synthetic = MetricExperience.Synthetic;

    /// <summary>What is judged: the policy's metrics, and the synthetic runs by the engine's own minEffect.</summary>
    public static IReadOnlyList<MetricPolicy> Policies { get; } =
    [.. RolloutSimulator.Metrics, MetricExperience.SyntheticPolicy(new Policy().SyntheticMinEffect)];

    private readonly Dictionary<(string Metric, Track Track), MinuteSeries> _series = [];

    public void Add(string metric, Track track, long timeMs, double value, double count)
    {
        if (!_series.TryGetValue((metric, track), out var series))
            _series.Add((metric, track), series = new MinuteSeries());
        series.Add((int)Math.Floor((timeMs - StartMs) / 60_000.0), value, count);
    }

    /// <summary>Null where the rollout has no such metric on that side.</summary>
    public MinuteSeries? Find(string metric, Track track) => _series.GetValueOrDefault((metric, track));
}
