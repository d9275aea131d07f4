using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Rollouts;

/// <summary>From worst to best.</summary>
internal enum SideKind
{
    Absent,
    Missing,

    /// <summary>A canary's signal without evidence: it says nothing of the canary, least of all that it is well.</summary>
    Uncompared,
    Stale,
    Fresh,
}

/// <summary>What one side says of a metric in a bucket.</summary>
/// <param name="Flaw">What came in place of readings; null where nothing did.</param>
internal readonly record struct Side(SideKind Kind, SignalFlaw? Flaw)
{
    public static Side Absent => new(SideKind.Absent, null);

    public static Side Of(Signal signal) =>
        new(
            signal.Quality switch
            {
                SignalQuality.Missing => SideKind.Missing,
                SignalQuality.Stale => SideKind.Stale,
                _ when signal is { Track: Track.Canary, Evidence: null } => SideKind.Uncompared,
                _ => SideKind.Fresh,
            },
            signal.Flaw
        );

    /// <param name="subject">What the sentence is about, with a space at its end.</param>
    public TelemetryProblem Problem(string subject)
    {
        var (condition, words) = (Kind, Flaw) switch
        {
            (SideKind.Uncompared, _) => (
                TelemetryCondition.Uncompared,
                "is not compared with stable: its signal has no evidence, which only clusters and variants of the "
                    + "request have, and only beside a stable one"
            ),
            (_, SignalFlaw.Late) => (
                TelemetryCondition.Late,
                "comes too late: its readings arrive after their buckets have closed (stream.allowedLateness)"
            ),
            (_, SignalFlaw.ZeroTraffic) => (
                TelemetryCondition.ZeroTraffic,
                "has no traffic: its readings are over no observation"
            ),
            (_, SignalFlaw.InvalidValue) => (
                TelemetryCondition.InvalidValue,
                "has no usable value: its readings are rejected (NaN, infinite, or a ratio outside [0,1])"
            ),
            (SideKind.Stale, _) => (TelemetryCondition.Stale, "has no reading yet"),
            _ => (TelemetryCondition.Missing, "is missing"),
        };
        return new TelemetryProblem(condition, subject + words, Kind != SideKind.Stale);
    }
}

/// <summary>The signals of one cluster in one bucket, as the sides of a rollout.</summary>
internal sealed class ClusterTelemetry
{
    private readonly List<Signal> _stable = [];
    private readonly List<Signal> _canary = [];

    /// <param name="version">The canary's; what an earlier update left running isn't looked at.</param>
    public ClusterTelemetry(IReadOnlyList<Signal> signals, string cluster, string version)
    {
        Cluster = cluster;
        foreach (var signal in signals)
        {
            if (signal.Cluster != cluster)
                continue;
            if (signal.Track == Track.Stable)
                _stable.Add(signal);
            else if (signal.Version == version)
                _canary.Add(signal);
        }
    }

    public string Cluster { get; }

    /// <summary>Of no metric, named by the policy or not, anything came within the patience, not even what can't be used.</summary>
    public bool IsCanarySilent => _canary.TrueForAll(IsSilent);

    public bool IsStableSilent => _stable.TrueForAll(IsSilent);

    /// <summary>
    /// Stable reports something that the policy names, and nothing of that is missing: where it speaks of a part only, the
    /// trouble may be the way that telemetry takes, and it would be the same for the canary.
    /// </summary>
    public bool StableSpeaks(Policy policy)
    {
        var asked = _stable.FindAll(signal => IsAskedFor(signal, policy));
        return asked.Exists(TelemetryHealth.IsFresh) && !asked.Exists(s => s.Quality == SignalQuality.Missing);
    }

    public bool CanarySpeaks(Policy policy) =>
        _canary.Exists(signal => IsAskedFor(signal, policy) && TelemetryHealth.IsFresh(signal));

    public bool IsCanaryCompared => _canary.Exists(signal => Side.Of(signal).Kind == SideKind.Fresh);

    /// <summary>Stable is as good as the best of its versions; the canary only as good as the worst of its variants.</summary>
    public (Side Stable, Side Canary) SidesOf(string metric)
    {
        var stable = Side.Absent;
        foreach (var signal in _stable)
        {
            if (signal.Metric == metric && Side.Of(signal) is var side && side.Kind > stable.Kind)
                stable = side;
        }
        var canary = Side.Absent;
        foreach (var signal in _canary)
        {
            if (signal.Metric != metric)
                continue;
            var side = Side.Of(signal);
            if (canary.Kind == SideKind.Absent || side.Kind < canary.Kind)
                canary = side;
        }
        return (stable, canary);
    }

    public Side BestOfCanary(string metric, string? variant)
    {
        var best = Side.Absent;
        foreach (var signal in _canary)
        {
            if (signal.Metric == metric && signal.Variant == variant && Side.Of(signal) is var side)
                best = side.Kind > best.Kind ? side : best;
        }
        return best;
    }

    private static bool IsSilent(Signal signal) => signal is { Quality: SignalQuality.Missing, Flaw: null };

    /// <summary>A policy without metrics leaves the verdict to synthetic runs, and any sign of life counts.</summary>
    private static bool IsAskedFor(Signal signal, Policy policy) =>
        policy.Metrics.Count == 0 || policy.Metrics.Any(metric => metric.Name == signal.Metric);
}
