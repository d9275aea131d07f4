using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Learning;

/// <summary>
/// What a fleet's kept rollouts teach those that come after: for each metric the noise of the difference of two healthy
/// arms, and how much evidence healthy arms reach by chance. A pure function of what was seen.
/// </summary>
public sealed class FleetKnowledge
{
    /// <summary>Kept rollouts below which nothing is learnt.</summary>
    public const int LeastRollouts = 10;

    /// <summary>The share at which earlier rollouts are judged anew; it hardly matters, since only ln E is asked for.</summary>
    private const double NominalShare = 0.001;

    private readonly Dictionary<(string Name, MetricKind Kind), Learnt> _metrics;

    private FleetKnowledge(Dictionary<(string Name, MetricKind Kind), Learnt> metrics, string? version)
    {
        _metrics = metrics;
        Version = version;
    }

    public static FleetKnowledge Nothing { get; } = new([], null);

    /// <summary>Names what it was learnt from: how many rollouts, and when the last of them taught; null for nothing.</summary>
    public string? Version { get; }

    /// <param name="kept">Oldest first.</param>
    public static FleetKnowledge Learn(IReadOnlyList<RolloutExperience> kept, EvidenceSettings settings)
    {
        if (kept.Count < LeastRollouts)
            return Nothing;
        var metrics = new Dictionary<(string, MetricKind), Learnt>();
        var seen = kept.SelectMany(k => k.Metrics)
            .GroupBy(m => (m.Policy.Name, m.Policy.Kind))
            .Select(same => (same.Key, Judged: Judge([.. same], settings)))
            .ToList();
        foreach (var alike in seen.GroupBy(s => s.Key.Kind == MetricKind.Ratio))
        {
            var usual = ThresholdCalibration.UsualExcess(alike.Select(s => s.Judged.Largest));
            foreach (var (key, judged) in alike)
                metrics[key] = new Learnt(
                    judged.Noise,
                    judged.Ratio,
                    ThresholdCalibration.Learn(judged.Largest, usual)
                );
        }
        var last = DateTimeOffset.FromUnixTimeMilliseconds(kept[^1].LearntMs);
        return new FleetKnowledge(metrics, $"fleet/{kept.Count}@{last:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}");
    }

    /// <summary>What is known of each metric of a policy, in its order.</summary>
    /// <param name="share">Of the false-rollback budget, of each metric, in (0,1).</param>
    public IReadOnlyList<MetricKnowledge> Of(IReadOnlyList<MetricPolicy> metrics, double share)
    {
        var learnt = metrics.Select(m => _metrics.GetValueOrDefault((m.Name, m.Kind))).ToArray();
        var relief = ThresholdRelief.Of(share, [.. learnt.Select(l => l?.Threshold)]);
        return [.. learnt.Select((l, i) => new MetricKnowledge(l?.Noise, l?.Ratio, relief[i]))];
    }

    private static Judged Judge(IReadOnlyCollection<MetricExperience> seen, EvidenceSettings settings)
    {
        var fits = seen.Select(s => NoiseFit.Of(s, s.Policy.Worse != Worse.Down, settings)).OfType<NoiseFit>().ToList();
        var noise = fits.Count < LeastRollouts ? null : NoiseKnowledge.Learn(fits);
        var ratio = RatioLearning.Learn([.. seen.Select(Totals).OfType<(double, double)>()]);
        // Judged by the same evidence that will be asked for, with what was just learnt.
        var knowledge = new MetricKnowledge(noise, ratio, 0);
        return new Judged(noise, ratio, [.. seen.Select(s => Largest(s, knowledge, settings))]);
    }

    /// <summary>Stable's events and trials over all its buckets; null for what is no ratio of a rarer outcome.</summary>
    private static (double Events, double Trials)? Totals(MetricExperience seen)
    {
        if (seen.Policy.Kind != MetricKind.Ratio)
            return null;
        // What fails on one side of a synthetic pair only is alike on both, where nothing is the matter.
        var canary = seen.IsSynthetic ? seen.Buckets.Select(b => b.Canary) : [];
        Arm[] stable = [.. seen.StableHistory, .. seen.Buckets.Select(b => b.Stable), .. canary];
        return MetricEvidenceFactory.IsMostlyTrue(stable)
            ? null
            : (stable.Sum(a => RatioBaseline.EventsOf(a, false)), stable.Sum(a => a.Count));
    }

    /// <summary>Largest ln E while the effect was worth a rollback.</summary>
    private static double Largest(MetricExperience seen, MetricKnowledge knowledge, EvidenceSettings settings)
    {
        IMetricEvidence evidence = seen.IsSynthetic
            ? new PairEvidence(seen.Policy.MinEffect.Size, NominalShare, settings, knowledge)
            : MetricEvidenceFactory.Create(seen.Policy, seen.StableHistory, NominalShare, settings, knowledge);
        var largest = double.NegativeInfinity;
        foreach (var bucket in seen.Buckets)
        {
            var reading = evidence.Observe(bucket);
            if (reading.WorthIt)
                largest = Math.Max(largest, reading.LogE);
        }
        return largest;
    }

    private sealed record Judged(NoiseKnowledge? Noise, RatioPrior? Ratio, double[] Largest);

    private sealed record Learnt(NoiseKnowledge? Noise, RatioPrior? Ratio, ThresholdCalibration? Threshold);
}
