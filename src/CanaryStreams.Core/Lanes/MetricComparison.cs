using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Explanations;
using CanaryStreams.Core.Forecast;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Lanes;

/// <summary>The evidence of one metric in one cluster and variant, with what follows from it and what it may teach.</summary>
internal sealed class MetricComparison
{
    private readonly IMetricEvidence _evidence;
    private readonly ForecastTracker _tracker;
    private readonly double _relief;
    private readonly double _share;
    private readonly double _bucketMinutes;
    private int _buckets;

    /// <param name="past">Stable's buckets before the canary, oldest first.</param>
    /// <param name="knowledge">What the fleet teaches of the metric.</param>
    public MetricComparison(
        MetricPolicy metric,
        IReadOnlyList<Arm> past,
        double budgetShare,
        EvidenceSettings settings,
        MetricKnowledge knowledge
    )
    {
        var known = knowledge.For(MetricEvidenceFactory.LearnBlips(metric, past, settings));
        _evidence = MetricEvidenceFactory.Create(metric, past, budgetShare, settings, known);
        _tracker = new ForecastTracker(metric, past, settings, FailureForecaster.Default);
        _relief = known.Relief;
        _share = budgetShare;
        _bucketMinutes = settings.BucketMinutes;
        Recorder = new EvidenceRecorder(metric, past, _tracker.LongestBlipMinutes, settings);
        Trail = new ExperienceTrail(metric, past);
    }

    public EvidenceRecorder Recorder { get; }

    public ExperienceTrail Trail { get; }

    public double? Strangeness => _evidence.Strangeness;

    public EvidenceReading Reading { get; private set; }

    /// <summary>The share of the budget, where the fleet has taught another threshold than 1 / share.</summary>
    public double? Share => _relief == 0 ? null : _share;

    /// <summary>Takes the next bucket.</summary>
    /// <param name="strangeness">Of all metrics of the same canary, as far as they can tell.</param>
    public void Observe(in ArmsBucket arms, IReadOnlyCollection<double> strangeness)
    {
        // Where counts are few, their own noise decides, which never changes.
        var trust = Strangeness is null ? 1 : FleetTrust.Of(strangeness, _buckets * _bucketMinutes);
        _buckets++;
        var reading = _evidence.Observe(arms);
        Reading = reading with { LogThreshold = reading.LogThreshold + Math.Max(_relief, 0) * (1 - trust) };
        Recorder.Observe(arms, Reading);
        Trail.Observe(arms);
    }

    /// <summary>Once for each bucket observed.</summary>
    /// <param name="anomalyScore">Of the canary's series, in [0,1].</param>
    public SignalForecast Forecast(double anomalyScore, in Arm canary) =>
        _tracker.Observe(Reading, anomalyScore, canary.Count, canary.IsEmpty);
}
