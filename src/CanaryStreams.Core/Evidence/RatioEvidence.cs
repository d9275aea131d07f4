using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Evidence;

/// <summary>Evidence for a ratio with few events: <see cref="RatioModel"/> with minEffect as a guard on the estimate.</summary>
internal sealed class RatioEvidence : IMetricEvidence
{
    /// <summary>
    /// The part of the half interval by which the estimate may lie below minEffect: about half a standard deviation. It
    /// shrinks as counts grow; the evidence itself has to speak against a harmless offset.
    /// </summary>
    private const double Leeway = 0.25;

    private readonly RatioModel _model;
    private readonly RatioEffect _effect;
    private readonly EvidenceSettings _settings;
    private readonly MinEffect _minEffect;
    private readonly double _logThreshold;
    private readonly double _usualRate;
    private readonly bool _rising;
    private readonly bool _complement;
    private long _firstEndMs = long.MinValue;
    private EvidenceReading _reading;

    /// <param name="rising">Worse is a higher ratio.</param>
    /// <param name="complement">The ratio is near one: its complement is modelled and <paramref name="baseline"/> speaks of that.</param>
    public RatioEvidence(
        RatioBaseline baseline,
        MinEffect minEffect,
        bool rising,
        bool complement,
        double budgetShare,
        EvidenceSettings settings,
        MetricKnowledge knowledge
    )
    {
        var deviation = Math.Sqrt(2) * baseline.ArmDeviation;
        var prior = complement ? null : knowledge.Ratio;
        var grid = new RatioGrid(
            baseline.Events,
            baseline.Trials,
            deviation,
            minEffect,
            rising ^ complement,
            prior ?? RatioPrior.Of(minEffect)
        );
        _model = new RatioModel(grid, baseline.Blips, settings);
        _effect = new RatioEffect(grid.Expected, deviation);
        _settings = settings;
        _minEffect = minEffect;
        _logThreshold = -Math.Log(budgetShare) - knowledge.Relief;
        _usualRate = grid.Expected;
        _rising = rising;
        _complement = complement;
        _reading = new EvidenceReading(0, _logThreshold, 0, 0, 0, false, null, double.NaN);
    }

    public EvidenceReading Observe(in ArmsBucket bucket)
    {
        if (_firstEndMs == long.MinValue)
            _firstEndMs = bucket.EndMs;
        if (!(bucket.Canary.Count > 0 && bucket.Stable.Count > 0))
            return _reading = _reading with { BucketEffect = double.NaN };
        var canary = RatioBaseline.EventsOf(bucket.Canary, _complement);
        var stable = RatioBaseline.EventsOf(bucket.Stable, _complement);
        var index = (bucket.EndMs - _firstEndMs) / _settings.BucketMs;
        _model.Observe(index, canary, bucket.Canary.Count, stable, bucket.Stable.Count);
        _effect.Observe(
            bucket.EndMs - _settings.BucketMs,
            _model.LastLogRatio,
            canary,
            bucket.Canary.Count,
            stable,
            bucket.Stable.Count
        );
        return _reading = Read(canary / bucket.Canary.Count - stable / bucket.Stable.Count);
    }

    private EvidenceReading Read(double bucketDifference)
    {
        var sign = _complement ? -1 : 1;
        var unit = _minEffect.Relative ? Level : 1;
        var effect = sign * _effect.Difference / unit;
        var half = _effect.HalfWidth / unit;
        return new EvidenceReading(
            _model.LogE,
            _logThreshold,
            effect,
            effect - half,
            effect + half,
            _effect.IsUnderWay && (_rising ? effect : -effect) + Leeway * half >= _minEffect.Size,
            _effect.IsUnderWay ? _effect.OnsetMs : null,
            sign * bucketDifference / unit
        );
    }

    /// <summary>Stable's level in the ratio's own sense, the unit of a relative effect.</summary>
    private double Level => Math.Max(_complement ? 1 - _effect.Stable : _effect.Stable, 0.1 * _usualRate);
}
