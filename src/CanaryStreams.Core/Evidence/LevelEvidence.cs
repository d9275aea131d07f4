using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Evidence;

/// <summary>
/// Evidence for means, gauges and ratios with many events: <see cref="LevelProcess"/> on the difference of the arms, with
/// minEffect as a guard on the estimate.
/// </summary>
internal sealed class LevelEvidence : IMetricEvidence
{
    private const double Normal95 = 1.96;
    private const double RecentMinutes = 3;

    private readonly LevelArms _arms;
    private readonly LevelProcess _process;
    private readonly EvidenceSettings _settings;
    private readonly double _logThreshold;
    private readonly bool _isTaught;
    private long _firstEndMs = long.MinValue;
    private double _recent;
    private EvidenceReading _reading;

    /// <param name="canary">The canary's first buckets, where the history doesn't tell the metric's scale.</param>
    public LevelEvidence(
        MetricPolicy policy,
        bool rising,
        IReadOnlyList<Arm> stableHistory,
        IReadOnlyList<Arm> canary,
        double budgetShare,
        EvidenceSettings settings,
        MetricKnowledge knowledge
    )
    {
        _settings = settings;
        _logThreshold = -Math.Log(budgetShare) - knowledge.Relief;
        _arms = LevelArms.Learn(policy, rising, stableHistory, canary, settings);
        var noise = _arms.Noise;
        var taught = noise.IsAssumed ? null : knowledge.Noise;
        _isTaught = taught is not null;
        _process = new LevelProcess(
            taught?.Nodes(noise) ?? NoisePrior.Of(noise),
            noise.Blips,
            noise.IsAssumed,
            _arms.Scale.MinEffect,
            _logThreshold,
            settings
        );
        _reading = new EvidenceReading(0, _logThreshold, 0, 0, 0, false, null, double.NaN);
    }

    public double? Strangeness => _isTaught ? _process.Strangeness : null;

    public EvidenceReading Observe(in ArmsBucket bucket)
    {
        if (_firstEndMs == long.MinValue)
            _firstEndMs = bucket.EndMs;
        if (!_arms.Speak(bucket))
            return _reading = _reading with { BucketEffect = double.NaN };
        var index = (bucket.EndMs - _firstEndMs) / _settings.BucketMs;
        var y = _arms.Difference(bucket);
        _process.Observe(index, y, _arms.SamplingVariance(bucket));
        _recent += (y - _recent) * Math.Min(1, _settings.BucketMinutes / RecentMinutes);
        return _reading = Read(y);
    }

    private EvidenceReading Read(double y)
    {
        var since = _process.Since;
        var estimate = _process.IsRamp ? since.End : since.Mean;
        // The end of a least-squares line has four times the variance of its middle.
        var half = Normal95 * Math.Sqrt(_process.MeanVariance * (_process.IsRamp ? 4 : 1));
        var one = _arms.Scale.Effect(estimate - half);
        var other = _arms.Scale.Effect(estimate + half);
        return new EvidenceReading(
            _process.LogE,
            _logThreshold,
            _arms.Scale.Effect(estimate),
            Math.Min(one, other),
            Math.Max(one, other),
            IsWorthIt(since),
            _process.LogE > 0 ? _firstEndMs + (_process.Onset - 1) * _settings.BucketMs : null,
            _arms.Scale.Effect(y)
        );
    }

    /// <summary>A step must hold minEffect now too; a ramp must reach it within the horizon.</summary>
    private bool IsWorthIt(in LevelSince since)
    {
        if (since.Mean >= _arms.Scale.MinEffect && _recent >= _arms.Scale.MinEffect / 2)
            return true;
        var ahead = _settings.HorizonBuckets * _settings.BucketMinutes;
        return _process.IsRamp
            && since.SlopePerMinute > 0
            && since.End + since.SlopePerMinute * ahead >= _arms.Scale.MinEffect;
    }
}
