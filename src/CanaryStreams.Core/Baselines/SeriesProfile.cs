namespace CanaryStreams.Core.Baselines;

/// <summary>
/// What is normal for one stable series, learnt bucket by bucket: a baseline (level, time of day or week, a period found in
/// the data), what the last buckets say beyond it, and how far errors go. Updates are guarded: a bucket moves the profile by
/// what a large normal one would at most, one outside the guarded band around the baseline not at all, until that has lasted
/// for <see cref="ProfileSettings.AdoptAfter"/>. Drift within that band is followed. A missing bucket is one that isn't
/// given: the profile neither moves nor forgets, and the band widens with the time since the last one.
/// </summary>
/// <remarks>
/// State: 0.3 KiB below 64 buckets or while compact, 1.7 until the third day, at most 6. Nothing is allocated per bucket
/// once grown. Not thread-safe. The reasons are in docs/decisions/014-baselines.md.
/// </remarks>
public sealed class SeriesProfile
{
    // A normal distribution's standard deviation in units of its mean absolute deviation.
    private const double DeviationFactor = 1.2533141373155;
    private const double Clip = 3;
    private const double MagnitudeMax = 1e30;
    private const int GuardAfterBuckets = 10;
    private const int GrownBuckets = 64;
    private const double SeasonGainShare = 0.25;
    private const double YoungWidth = 8;
    private const double LogisticFactor = 1.702;
    private const double SlowShare = 0.125;
    private const double SlowMost = 1.5;
    private const double StepGain = 0.1;
    private const double MinuteMs = 60_000;
    private const double LongBucketGain = 0.1;
    private const double WeightGain = 0.02;
    private const double CatchUpMax = 0.3;

    // Variance of the level, in squared deviations, that a missed bucket adds, and how much there can be.
    private const double DoubtPerBucket = 0.007;
    private const double DoubtMax = 15;

    private readonly ProfileSettings _settings;
    private Seasons? _seasons;

    private int _buckets;
    private bool _isCompact;
    private bool _isWhole = true;
    private long _lastMs;
    private long _normalMs;
    private double _stepMs;
    private float _usualWeight;
    private double _level;
    private float _doubt;
    private double _deviation;
    private ErrorBand _band = new();
    private Misses _misses;
    private float _slowDeviation;
    private GuardBand _guard = new();
    private NextBucket _next;
    private Excursion _excursion;
    private Travel _travel;
    private Outlook _outlook;
    private long _outlookMs;
    private bool _isOutlook;

    public SeriesProfile(ProfileSettings settings) => (_settings, _isCompact) = (settings, settings.IsCompact);

    /// <summary>Buckets learnt or seen so far.</summary>
    public int Buckets => _buckets;

    /// <summary>Moving mean of the normal buckets; NaN before the first.</summary>
    public double Mean => _buckets == 0 ? double.NaN : _level;

    /// <summary>Moving standard deviation around what was expected, from mean absolute deviations.</summary>
    public double Deviation => DeviationFactor * _next.Deviation;

    /// <summary>Whether the series has left its band (or was called suspicious) and has not come back.</summary>
    public bool IsOutside => _excursion.IsOpen;

    /// <summary>
    /// Whether normal buckets have carried the level further within <see cref="ProfileSettings.AdoptAfter"/> than usual: a
    /// ramp too slow for the band, which is followed, but not in silence.
    /// </summary>
    public bool IsDrifting => _buckets >= _settings.YoungBuckets && _travel.IsFar(_slowDeviation);

    /// <summary>Bytes on the heap: objects with their headers, and arrays.</summary>
    internal int StateBytes => 320 + _band.StateBytes + (_seasons?.StateBytes ?? 0);

    /// <summary>The period found in the data and in use; 0 while there is none.</summary>
    internal long FoundPeriodMs => _seasons?.FoundPeriodMs ?? 0;

    /// <summary>An independent copy: what a canary's profile begins as.</summary>
    public SeriesProfile Clone()
    {
        var clone = (SeriesProfile)MemberwiseClone();
        clone._band = _band.Clone();
        clone._seasons = _seasons?.Clone();
        return clone;
    }

    /// <summary>A compact profile is so no longer; what it has not learnt so far it begins to learn.</summary>
    public void Grow() => _isCompact = false;

    /// <summary>What is expected of the bucket that ends then.</summary>
    /// <param name="endMs">Unix milliseconds, not before the last update.</param>
    public Expectation Expect(long endMs)
    {
        if (_buckets == 0)
            return new Expectation(double.NaN, double.NaN, double.NaN, ProfileQuality.Young);
        var at = OutlookAt(endMs);
        var expected = at.Baseline + _next.At(at.Left, at.Spread);
        var young = 1 + (YoungWidth / _buckets);
        var below = young * Width(_band.Below * at.NextSpread, _guard.Below * at.Spread, at);
        var above = young * Width(_band.Above * at.NextSpread, _guard.Above * at.Spread, at);
        var quality = _buckets < _settings.YoungBuckets ? ProfileQuality.Young : ProfileQuality.Ok;
        return new Expectation(expected, expected - below, expected + above, quality);
    }

    /// <summary>A quantile of normal values around the present mean; NaN before the first.</summary>
    /// <param name="share">In (0,1).</param>
    public double Quantile(double share)
    {
        if (_buckets == 0)
            return double.NaN;
        // A logistic distribution's quantiles are near enough to a normal one's while there is nothing better.
        var deviations = _band.IsKnown
            ? _band.Quantile(share)
            : DeviationFactor * Math.Log(share / (1 - share)) / LogisticFactor;
        return _level + _next.Bias + (deviations * SpreadOf(_deviation, 1));
    }

    /// <summary>Takes the next bucket.</summary>
    /// <param name="endMs">Unix milliseconds, not falling.</param>
    /// <param name="value">Mean of the bucket; a bucket that isn't finite is missing.</param>
    /// <param name="weight">Observations behind it; one below the usual moves the profile less, 0 or less not at all.</param>
    /// <param name="suspicious">Whether something else holds the bucket for abnormal: it isn't learnt.</param>
    public void Update(long endMs, double value, double weight, bool suspicious)
    {
        if (!double.IsFinite(value) || !(weight > 0))
            return;
        // Slots are floats, and squares and differences must stay finite.
        value = Math.Clamp(value, -MagnitudeMax, MagnitudeMax);
        if (_buckets == 0)
            (_level, _lastMs, _normalMs, _usualWeight) = (value, endMs, endMs, (float)weight);
        _isWhole = _isWhole && value == Math.Floor(value);
        var at = OutlookAt(endMs);
        _isOutlook = false;
        var residual = value - at.Baseline;
        var guarded =
            _buckets < GrownBuckets ? at.Spread : Math.Min(at.Spread, SpreadOf(SlowMost * _slowDeviation, at.Hour));
        var wide = guarded * Math.Sqrt(1 + at.Doubt) * (1 + (YoungWidth / (_buckets + 1)));
        var isOutside =
            _buckets >= GuardAfterBuckets && (residual > _guard.Above * wide || residual < -_guard.Below * wide);
        var isNormal = !suspicious && !isOutside;
        var trust = Observe(endMs, weight);
        _doubt = (float)at.Doubt;
        if (!suspicious && !_isCompact && _buckets >= GrownBuckets)
            LearnSeasons(new SeasonBucket(endMs, value, trust, SeasonGain, _stepMs, at.Spread, isNormal));
        if (isNormal)
            _excursion.Inside(residual);
        else
            _excursion.Outside(endMs, residual);
        // The first buckets of an excursion count, or the band would be that of what it lets in.
        if (isNormal || (!suspicious && _excursion.Counts))
            Count(endMs, residual, residual - _next.At(at.Left, at.Spread), wide, at);
        if (isNormal)
            Learn(endMs, value, trust, at);
        else if (_excursion.HasLasted(endMs, _settings.AdoptAfter))
            Adopt();
    }

    private double LevelGain =>
        Math.Max(_settings.LevelGain, Math.Min(LongBucketGain, _settings.LevelGain * Math.Sqrt(_stepMs / MinuteMs)));

    private double SeasonGain => LevelGain * SeasonGainShare;

    // Never finer than a millionth of the level; a young series may move by some per cent without being strange, and one
    // of whole numbers by less than one of them.
    private double Floor
    {
        get
        {
            var count = _buckets + 1.0;
            var byLevel = Math.Abs(_level) * (1e-6 + (0.1 / (count * count)));
            return 1e-12 + byLevel + (_isWhole && _buckets < GrownBuckets ? 0.5 / Math.Sqrt(count) : 0);
        }
    }

    private double SpreadOf(double deviation, double hour) =>
        Math.Max(deviation * hour, Math.Max(Floor, _misses.Deviation));

    /// <summary>Half of a band, from that of the next bucket and that around the baseline.</summary>
    private static double Width(double next, double far, in Outlook at)
    {
        far = Math.Max(next, far);
        var near = at.Left * at.Left;
        return Math.Sqrt((near * next * next) + ((1 - near + at.Doubt) * far * far));
    }

    // A bucket is usually expected and then seen: what the two have in common is computed once.
    private Outlook OutlookAt(long endMs)
    {
        if (!_isOutlook || endMs != _outlookMs)
            (_outlook, _outlookMs, _isOutlook) = (NewOutlook(endMs), endMs, true);
        return _outlook;
    }

    private Outlook NewOutlook(long endMs)
    {
        var missed = Missed(_normalMs, endMs);
        var hour = _seasons is null ? 1 : _seasons.SpreadAt(endMs);
        var next = SpreadOf(_next.Deviation, hour);
        return new Outlook(
            _seasons is null ? _level : _seasons.At(endMs, _level),
            missed < 0.5 ? 1 : Math.Pow(_next.Decay, missed),
            Math.Min(DoubtMax, _doubt + (DoubtPerBucket * Missed(_lastMs, endMs))),
            hour,
            Math.Max(_deviation * hour, next),
            next
        );
    }

    private double Missed(long sinceMs, long endMs) => _stepMs > 0 ? Math.Max(0, ((endMs - sinceMs) / _stepMs) - 1) : 0;

    /// <summary>Keeps count of time and weight, and gives the bucket's weight relative to the usual, in (0,1].</summary>
    private double Observe(long endMs, double weight)
    {
        var step = (double)Math.Max(endMs - _lastMs, 0);
        if (step > 0)
            _stepMs = _stepMs == 0 ? step : _stepMs + (StepGain * (Math.Min(step, 2 * _stepMs) - _stepMs));
        _usualWeight += (float)(WeightGain * (Math.Min(weight, 4 * _usualWeight) - _usualWeight));
        _lastMs = endMs;
        _buckets++;
        return Math.Min(1, weight / _usualWeight);
    }

    private void LearnSeasons(in SeasonBucket bucket)
    {
        _seasons ??= new Seasons(bucket.EndMs, _stepMs);
        _seasons.Learn(bucket, _settings);
    }

    private void Learn(long endMs, double value, double trust, in Outlook at)
    {
        var catchUp = Math.Min(CatchUpMax, _doubt / (1 + _doubt));
        _doubt *= (float)(1 - catchUp);
        var gain = trust * Math.Max(Math.Max(LevelGain, catchUp), 1.0 / _buckets);
        var limit = _buckets <= GuardAfterBuckets ? double.PositiveInfinity : Clip * at.Spread * Math.Sqrt(1 + _doubt);
        _level += gain * Math.Clamp(value - (_seasons?.FoundAt(endMs) ?? 0) - _level, -limit, limit);
        var residual = value - at.Baseline;
        var deviationGain = trust * Math.Max(_settings.DeviationGain, 1.0 / Math.Max(1, _buckets - 1));
        var size = Math.Min(Math.Abs(residual), limit) / at.Hour;
        _deviation += deviationGain * (size - _deviation);
        _slowDeviation =
            _buckets < GrownBuckets
                ? (float)_deviation
                : (float)(_slowDeviation + (SlowShare * deviationGain * (size - _slowDeviation)));
        var moved = (_seasons?.At(endMs, _level) ?? _level) - at.Baseline;
        _next.Learn(residual, moved, deviationGain, _buckets, at);
        _travel.Learn(moved, at.Spread, Math.Min(0.5, _stepMs / _settings.AdoptAfter.TotalMilliseconds), _buckets);
        _normalMs = endMs;
    }

    /// <summary>Counts how far buckets go, and how often beyond the bands.</summary>
    /// <param name="error">From what was expected; <paramref name="residual"/>: from the baseline.</param>
    private void Count(long endMs, double residual, double error, double wide, in Outlook at)
    {
        if (_buckets <= GuardAfterBuckets)
            return;
        var isMiss = _guard.Learn(residual / wide);
        _misses.Learn(isMiss, Math.Abs(residual), _buckets);
        if (_buckets < GrownBuckets)
            return;
        Rescale(_seasons?.LearnError(endMs, Math.Abs(error), _stepMs) ?? 1);
        _band.Learn(error / at.NextSpread, _buckets, counts: !_isCompact);
    }

    private void Rescale(double factor)
    {
        _deviation *= factor;
        _slowDeviation *= (float)factor;
        _next.Rescale(factor);
    }

    private void Adopt()
    {
        _level += _excursion.Shift;
        _seasons?.Shift(_excursion.Shift);
        _deviation = Math.Max(_deviation / 2, _excursion.Deviation);
        (_excursion, _travel) = (default, default);
    }
}
