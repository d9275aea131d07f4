using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Explanations;
using CanaryStreams.Core.Forecast;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Lanes;

/// <summary>The evidence of one synthetic transaction's pairs in one cluster and variant.</summary>
internal sealed class PairComparison : IComparison
{
    private readonly PairEvidence _evidence;
    private readonly ForecastTracker _tracker;
    private int _pairs;

    /// <param name="policy">Of <see cref="MetricExperience.SyntheticPolicy"/>.</param>
    /// <param name="knowledge">What the fleet teaches of synthetic transactions.</param>
    public PairComparison(MetricPolicy policy, double budgetShare, EvidenceSettings settings, MetricKnowledge knowledge)
    {
        _evidence = new PairEvidence(policy.MinEffect.Size, budgetShare, settings, knowledge);
        _tracker = new ForecastTracker(policy.MinEffect.Size, settings, FailureForecaster.Default);
        Recorder = new EvidenceRecorder(policy, [], _tracker.LongestBlipMinutes, settings);
        Trail = new ExperienceTrail(policy, []);
        Share = knowledge.ShareToTell(budgetShare);
    }

    public ExperienceTrail Trail { get; }

    public double? Share { get; }

    /// <summary>Its means are the shares of each side's runs that failed, those that failed on both sides too.</summary>
    public EvidenceRecorder Recorder { get; }

    /// <summary>The pairs of the bucket that is about to be observed; null where it has none.</summary>
    public PairBucket? Counts { get; set; }

    public EvidenceReading Reading { get; private set; }

    public void Observe(long endMs)
    {
        var counts = Counts ?? new PairBucket("", "", "", null, 0, 0, 0, 0);
        Counts = null;
        _pairs = counts.BothOk + counts.OnlyStableFailed + counts.OnlyCanaryFailed + counts.BothFailed;
        var arms = PairEvidence.Arms(
            endMs,
            counts.BothOk,
            counts.OnlyStableFailed,
            counts.OnlyCanaryFailed,
            counts.BothFailed
        );
        Reading = _evidence.Observe(arms);
        Trail.Observe(arms);
        var stable = PairEvidence.Side(counts.OnlyStableFailed + counts.BothFailed, _pairs);
        var canary = PairEvidence.Side(counts.OnlyCanaryFailed + counts.BothFailed, _pairs);
        Recorder.Observe(new ArmsBucket(endMs, stable, canary), Reading);
    }

    /// <summary>Once for each bucket observed. Of pairs there is no series of their own past to score.</summary>
    public SignalForecast Forecast() => _tracker.Observe(Reading, anomalyScore: 0, _pairs, missing: false);
}
