using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Rollouts;

/// <summary>What stood beside a decision: the other metrics' evidence, and what moved without being judged.</summary>
internal static class Standings
{
    /// <summary>An event names no more of each.</summary>
    private const int ListedMax = 20;
    private const double UnusualScore = 0.9;

    /// <summary>Every process that the signals speak of, the nearest to its threshold first.</summary>
    /// <param name="signals">With evidence.</param>
    /// <returns>Null where there is none.</returns>
    public static IReadOnlyList<EvidenceStanding>? Of(IEnumerable<Signal> signals)
    {
        var all = signals.Select(Of).OrderByDescending(standing => standing.Way).Take(ListedMax).ToList();
        return all.Count == 0 ? null : all;
    }

    /// <summary>The same for the canaries of one wave, of all signals of a bucket.</summary>
    public static IReadOnlyList<EvidenceStanding>? In(Wave wave, IEnumerable<Signal> signals, RolloutState state) =>
        Of(signals.Where(signal => wave.Has(signal.Cluster) && IsOfCanary(signal, state)));

    /// <summary>
    /// Evidence of the rollout's canary, of late telemetry too: what it has reached stands. A cluster that was taken out is judged already.
    /// </summary>
    public static bool IsOfCanary(Signal signal, RolloutState state) =>
        signal is { Track: Track.Canary, Evidence: not null }
        && signal.Version == state.Request!.Version
        && state.Clusters.Any(cluster => cluster.Name == signal.Cluster && cluster.Withdrawn is null);

    /// <summary>Series of the clusters that have the canary, without evidence of their own, outside of their bands.</summary>
    /// <returns>Null where there is none.</returns>
    public static IReadOnlyList<UnusualSeries>? Unusual(IEnumerable<Signal> signals, RolloutState state)
    {
        var unusual = signals
            .Where(s => s.Evidence is null && s.AnomalyScore >= UnusualScore && (s.Mean < s.Lower || s.Mean > s.Upper))
            .Where(s => s.Track == Track.Stable || s.Version == state.Request!.Version)
            .Where(s => state.Clusters.Any(c => c.Name == s.Cluster && c is { IsTouched: true, Withdrawn: null }))
            .OrderByDescending(s => s.AnomalyScore)
            .Take(ListedMax)
            .Select(s => new UnusualSeries(s.Cluster, s.Metric, s.Track, s.Variant, s.Mean, s.Expected, s.AnomalyScore))
            .ToList();
        return unusual.Count == 0 ? null : unusual;
    }

    /// <summary>Half of the way (in nats) to an anomaly: no reason to act, and none to grow.</summary>
    public static bool IsSuspicious(Signal signal) =>
        signal.Evidence is { WorthIt: true } evidence && evidence.EValue > Math.Sqrt(evidence.Threshold);

    /// <param name="signal">With evidence.</param>
    public static EvidenceStanding Of(Signal signal)
    {
        var evidence = signal.Evidence!;
        return new EvidenceStanding(
            signal.Cluster,
            signal.Metric,
            signal.Variant,
            evidence.Effect,
            evidence.EffectLower,
            evidence.EffectUpper,
            evidence.EValue,
            Math.Max(evidence.Largest ?? 0, evidence.EValue),
            evidence.Threshold,
            evidence.Share ?? 1 / evidence.Threshold,
            signal.Forecast?.PSustained ?? 0
        );
    }
}
