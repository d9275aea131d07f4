using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Forecast;

/// <summary>
/// Follows one metric's evidence bucket by bucket and says how likely its failure is to last. Keeps the last few buckets
/// and running means only; no allocation per bucket but the forecast itself.
/// </summary>
public sealed class ForecastTracker
{
    private const int GrowthBuckets = 3;
    private const double RecentMinutes = 3;
    private const double FastMinutes = 5;
    private const double SlowMinutes = 60;

    private readonly MetricPolicy _policy;
    private readonly EvidenceSettings _settings;
    private readonly FailureForecaster _forecaster;
    private readonly double _longestBlip;
    private readonly double[] _features = new double[ForecastFeatures.Count];
    private readonly double[] _logE = new double[GrowthBuckets];
    private readonly TrendWindow _trend;
    private double _recent;
    private double _fast;
    private double _slow;
    private double _score;
    private double _missing;
    private double _share;
    private double _run;
    private long _buckets;
    private long? _onsetMs;
    private double _onsetAge;

    /// <param name="stableHistory">The same buckets that the evidence was made with.</param>
    public ForecastTracker(
        MetricPolicy policy,
        IReadOnlyList<Arm> stableHistory,
        EvidenceSettings settings,
        FailureForecaster forecaster
    )
    {
        _policy = policy;
        _settings = settings;
        _forecaster = forecaster;
        Blips = MetricEvidenceFactory.LearnBlips(policy, stableHistory, settings);
        _longestBlip = Blips.LongestBuckets(settings);
        _trend = new TrendWindow(settings.BucketMinutes);
    }

    /// <summary>For synthetic pairs, of which there is no history.</summary>
    public ForecastTracker(double minEffect, EvidenceSettings settings, FailureForecaster forecaster)
        : this(MetricExperience.SyntheticPolicy(minEffect), [], settings, forecaster) { }

    /// <summary>What stable's history shows of them.</summary>
    public BlipProfile Blips { get; }

    /// <summary>The longest spell of trouble that the application is known to get over by itself, minutes.</summary>
    public double LongestBlipMinutes => _longestBlip * _settings.BucketMinutes;

    /// <summary>The features of the last bucket, in the order of <see cref="ForecastFeatures.Names"/>.</summary>
    internal ReadOnlyMemory<double> Features => _features;

    /// <summary>Takes the next bucket's reading.</summary>
    /// <param name="anomalyScore">The canary series' own score in [0,1]; 0 where there is none.</param>
    /// <param name="canaryCount">The canary's observations in the bucket.</param>
    /// <param name="missing">The canary's telemetry is missing in this bucket.</param>
    public SignalForecast Observe(in EvidenceReading reading, double anomalyScore, double canaryCount, bool missing)
    {
        var sign = _policy.TowardsWorse(reading.Effect);
        Remember(reading, sign, anomalyScore, missing);
        Describe(reading, sign, canaryCount);
        _logE[_buckets % GrowthBuckets] = reading.LogE;
        _buckets++;
        return new SignalForecast(_forecaster.PSustained(_features), MinutesToLimit());
    }

    private void Remember(in EvidenceReading reading, double sign, double anomalyScore, bool missing)
    {
        var minutes = _settings.BucketMinutes;
        Approach(ref _score, double.IsFinite(anomalyScore) ? anomalyScore : 0, minutes / FastMinutes);
        Approach(ref _missing, missing ? 1 : 0, minutes / FastMinutes);
        if (!double.IsFinite(reading.BucketEffect))
            return;
        var effect = Math.Clamp(sign * reading.BucketEffect / _policy.MinEffect.Size, -20, 20);
        Approach(ref _recent, effect, minutes / RecentMinutes);
        Approach(ref _fast, Math.Max(effect, 0), minutes / FastMinutes);
        Approach(ref _slow, Math.Max(effect, 0), minutes / SlowMinutes);
        Approach(ref _share, effect >= 1 ? 1 : 0, minutes / (2 * FastMinutes));
        _run = effect >= 1 ? _run + 1 : 0;
        _trend.Add(_buckets * minutes, effect);
    }

    private void Describe(in EvidenceReading reading, double sign, double canaryCount)
    {
        var unit = _policy.MinEffect.Size;
        var evidence = reading.LogE / reading.LogThreshold;
        var before = _buckets < GrowthBuckets ? 0 : _logE[_buckets % GrowthBuckets] / reading.LogThreshold;
        var effect = sign * reading.Effect / unit;
        var lower = (sign > 0 ? reading.EffectLower : -reading.EffectUpper) / unit;
        var horizon = _settings.HorizonBuckets * _settings.BucketMinutes;
        _features[0] = Math.Clamp(evidence, -0.3, 1);
        _features[1] = Math.Clamp(evidence - before, -1, 1);
        _features[2] = Math.Clamp(evidence - 1, 0, 1);
        _features[3] = Math.Tanh(effect / 3);
        _features[4] = Math.Tanh(lower / 3);
        _features[5] = Math.Tanh((reading.EffectUpper - reading.EffectLower) / unit / 6);
        _features[6] = _share;
        _features[7] = Math.Min(_run / (1 + _longestBlip), 3) / 3;
        _features[8] = _run > _longestBlip ? 1 : 0;
        _features[9] = Math.Tanh(_trend.IsRising ? _trend.SlopePerMinute * horizon / 4 : 0);
        _features[10] = Math.Tanh(_recent / 2);
        _features[11] = Math.Tanh(_fast / 3);
        _features[12] = Math.Tanh(_slow);
        _features[13] = effect > 0.1 ? Math.Clamp(_recent / effect, 0, 2) / 2 : 0;
        _features[14] = Age(reading.OnsetMs) / horizon;
        _features[15] = _score;
        _features[16] = Math.Log(1 + Math.Max(canaryCount, 0)) / 10;
        _features[17] = _missing;
        _features[18] = Math.Min(_longestBlip / _settings.HorizonBuckets, 1);
        _features[19] = reading.WorthIt ? 1 : 0;
        for (var i = 0; i < _features.Length; i++)
            _features[i] = double.IsFinite(_features[i]) ? _features[i] : 0;
        _onsetMs = reading.OnsetMs;
    }

    /// <summary>Minutes since the reported onset, at most the horizon.</summary>
    private double Age(long? onsetMs)
    {
        _onsetAge = onsetMs is null || onsetMs != _onsetMs ? 0 : _onsetAge + _settings.BucketMinutes;
        return Math.Min(_onsetAge, _settings.HorizonBuckets * _settings.BucketMinutes);
    }

    private double? MinutesToLimit() =>
        _trend.IsRising && _trend.Level < 1 ? (1 - _trend.Level) / _trend.SlopePerMinute : null;

    private static void Approach(ref double mean, double value, double rate) =>
        mean += (value - mean) * Math.Min(1, rate);
}
