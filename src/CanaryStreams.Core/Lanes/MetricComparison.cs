using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Explanations;
using CanaryStreams.Core.Forecast;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Lanes;

/// <summary>The evidence of one metric in one cluster and variant, with what follows from it and what it may teach.</summary>
internal sealed class MetricComparison : IComparison
{
    private readonly IMetricEvidence _evidence;
    private readonly ForecastTracker _tracker;
    private readonly double _relief;
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
        _tracker = new ForecastTracker(metric, past, settings, FailureForecaster.Default);
        var known = knowledge.For(_tracker.Blips);
        _evidence = MetricEvidenceFactory.Create(metric, past, budgetShare, settings, known);
        _relief = known.Relief;
        Share = known.ShareToTell(budgetShare);
        _bucketMinutes = settings.BucketMinutes;
        Recorder = new EvidenceRecorder(metric, past, _tracker.LongestBlipMinutes, settings);
        Trail = new ExperienceTrail(metric, past);
    }

    public EvidenceRecorder Recorder { get; }

    public ExperienceTrail Trail { get; }

    /// <summary>How unlike the fleet's its noise is; null where it can't tell.</summary>
    private double? Strangeness => _evidence.Strangeness;

    public EvidenceReading Reading { get; private set; }

    public double? Share { get; }

    /// <summary>Takes the next bucket.</summary>
    /// <param name="beside">The comparisons of the same canary, this one too.</param>
    public void Observe(in ArmsBucket arms, IReadOnlyList<MetricComparison> beside)
    {
        var trust = Trust(beside);
        _buckets++;
        var reading = _evidence.Observe(arms);
        Reading = reading with { LogThreshold = reading.LogThreshold + Math.Max(_relief, 0) * (1 - trust) };
        Recorder.Observe(arms, Reading);
        Trail.Observe(arms);
    }

    /// <summary>Where counts are few, their own noise decides, which never changes: the fleet is believed.</summary>
    private double Trust(IReadOnlyList<MetricComparison> beside) =>
        Strangeness is null
            ? 1
            : FleetTrust.Of([.. beside.Select(other => other.Strangeness).OfType<double>()], _buckets * _bucketMinutes);

    /// <summary>Once for each bucket observed.</summary>
    /// <param name="anomalyScore">Of the canary's series, in [0,1].</param>
    public SignalForecast Forecast(double anomalyScore, in Arm canary) =>
        _tracker.Observe(Reading, anomalyScore, canary.Count, canary.IsEmpty);
}
