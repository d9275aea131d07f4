namespace CanaryStreams.Core.Baselines;

/// <summary>
/// What is normal for one stable series, learnt bucket by bucket: a baseline (level, time of day or week, a period found in
/// the data), what the last buckets say beyond it, and how far errors go. Updates are guarded: a bucket moves the profile by
/// what a large normal one would at most, one outside the guarded band around the baseline not at all, until that has lasted
/// for <see cref="ProfileSettings.AdoptAfter"/>. Drift within that band is followed. A missing bucket is one that isn't
/// given: the profile neither moves nor forgets, and the band widens with the time since the last one.
/// </summary>
public sealed class SeriesProfile
{
    // A normal distribution's standard deviation in units of its mean absolute deviation.
    private const double DeviationFactor = 1.2533141373155;
    private const double MissShare = 0.005;
    private const double BandPrior = 4;
    private const double BandPriorBuckets = 50;
    private const int BandRefreshBuckets = 16;
    private const double Clip = 3;
    private const double MagnitudeMax = 1e37;
    private const int GuardAfterBuckets = 10;
    private const int GrownBuckets = 64;
    private const double SeasonGainShare = 0.25;

    // Variance of the level, in squared deviations, that a missed bucket adds, and how much there can be.
    private const double DoubtPerBucket = 0.007;
    private const double DoubtMax = 15;

    private readonly ProfileSettings _settings;
    private ErrorSizes? _sizes;
    private Seasons? _seasons;

    private int _buckets;
    private bool _isWhole = true;
    private long _lastMs;
    private long _normalMs;
    private double _stepMs;
    private double _usualWeight;
    private double _level;
    private double _doubt;
    private double _deviation;
    private double _bandAbove = BandPrior;
    private double _bandBelow = BandPrior;
    private Misses _misses;
    private GuardBand _guard = new();
    private NextBucket _next;
    private Excursion _excursion;

    public SeriesProfile(ProfileSettings settings) => _settings = settings;

    /// <summary>Buckets learnt or seen so far.</summary>
    public int Buckets => _buckets;

    /// <summary>Moving mean of the normal buckets; NaN before the first.</summary>
    public double Mean => _buckets == 0 ? double.NaN : _level;

    /// <summary>Moving standard deviation around what was expected, from mean absolute deviations.</summary>
    public double Deviation => DeviationFactor * _next.Deviation;

    /// <summary>Whether the series has left its band (or was called suspicious) and has not come back.</summary>
    public bool IsOutside => _excursion.IsOpen;

    /// <summary>An independent copy: what a canary's profile begins as.</summary>
    public SeriesProfile Clone()
    {
        var clone = (SeriesProfile)MemberwiseClone();
        clone._sizes = _sizes?.Clone();
        clone._seasons = _seasons?.Clone();
        return clone;
    }

    /// <summary>What is expected of the bucket that ends then.</summary>
    /// <param name="endMs">Unix milliseconds, not before the last update.</param>
    public Expectation Expect(long endMs)
    {
        if (_buckets == 0)
            return new Expectation(double.NaN, double.NaN, double.NaN, ProfileQuality.Young);
        var left = Left(endMs);
        var expected = Baseline(endMs) + _next.At(left, Spread);
        var doubt = DoubtAt(endMs);
        var young = 1 + (8.0 / _buckets);
        var near = left * left;
        var below = young * Blend(_bandBelow * NextSpread, _guard.Below * Spread, near, doubt);
        var above = young * Blend(_bandAbove * NextSpread, _guard.Above * Spread, near, doubt);
        var quality = _buckets < _settings.YoungBuckets ? ProfileQuality.Young : ProfileQuality.Ok;
        return new Expectation(expected, expected - below, expected + above, quality);
    }

    /// <summary>A quantile of normal values around the present mean; NaN before the first.</summary>
    /// <param name="share">In (0,1).</param>
    public double Quantile(double share)
    {
        if (_buckets == 0 || _sizes is null)
            return Mean;
        return _level + (NextSpread * _sizes.Quantile(share));
    }

    /// <summary>Takes the next bucket.</summary>
    /// <param name="endMs">Unix milliseconds, rising.</param>
    /// <param name="value">Mean of the bucket; a bucket that isn't finite is missing.</param>
    /// <param name="weight">Observations behind it; one below the usual moves the profile less, 0 or less not at all.</param>
    /// <param name="suspicious">Whether something else holds the bucket for abnormal: it isn't learnt.</param>
    public void Update(long endMs, double value, double weight, bool suspicious)
    {
        if (!double.IsFinite(value) || !(weight > 0))
            return;
        // Slots are floats, and squares and differences must stay finite.
        value = Math.Clamp(value, -MagnitudeMax, MagnitudeMax);
        _isWhole = _isWhole && value == Math.Floor(value);
        var residual = _buckets == 0 ? 0 : value - Baseline(endMs);
        var spread = Spread;
        var left = Left(endMs);
        var error = residual - _next.At(left, spread);
        var doubt = _buckets == 0 ? 0 : DoubtAt(endMs);
        var wide = spread * Math.Sqrt(1 + doubt) * (1 + (8.0 / (_buckets + 1)));
        var isOutside =
            _buckets >= GuardAfterBuckets && (residual > _guard.Above * wide || residual < -_guard.Below * wide);
        var trust = Observe(endMs, value, weight);
        _doubt = doubt;
        var isNormal = !suspicious && !isOutside;
        if (!suspicious && _buckets >= GrownBuckets)
        {
            _seasons ??= new Seasons(endMs, _stepMs);
            var gain = _settings.LevelGain * SeasonGainShare;
            _seasons.Learn(new SeasonBucket(endMs, value, trust, gain, _stepMs, spread, isNormal), _settings);
        }
        if (isNormal)
        {
            _excursion.Inside(residual);
            Learn(endMs, value, residual, left, spread, trust);
        }
        else
        {
            _excursion.Outside(endMs, residual);
        }
        if (isNormal || (!suspicious && _excursion.IsFresh))
            Count(residual / wide, error / NextSpread, Math.Abs(residual), isOutside);
        if (!isNormal && _excursion.HasLasted(endMs, _settings.AdoptAfter))
            Adopt();
    }

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

    private double Spread => Math.Max(Math.Max(_deviation, _next.Deviation), Math.Max(Floor, _misses.Deviation));

    private double NextSpread => Math.Max(_next.Deviation, Math.Max(Floor, _misses.Deviation));

    private static double Blend(double next, double far, double near, double doubt) =>
        Math.Sqrt((near * next * next) + ((1 - near) * far * far) + (doubt * far * far));

    private double Baseline(long endMs) => _seasons is null ? _level : _seasons.At(endMs, _level);

    private double Missed(long sinceMs, long endMs) => _stepMs > 0 ? Math.Max(0, ((endMs - sinceMs) / _stepMs) - 1) : 0;

    private double Left(long endMs)
    {
        var missed = Missed(_normalMs, endMs);
        return missed < 0.5 ? 1 : Math.Pow(_next.Decay, missed);
    }

    private double DoubtAt(long endMs) => Math.Min(DoubtMax, _doubt + (DoubtPerBucket * Missed(_lastMs, endMs)));

    /// <summary>Keeps count of time and weight, and gives the bucket's weight relative to the usual, in (0,1].</summary>
    private double Observe(long endMs, double value, double weight)
    {
        if (_buckets == 0)
        {
            (_normalMs, _level) = (endMs, value);
            _usualWeight = weight;
        }
        else
        {
            var step = (double)Math.Max(endMs - _lastMs, 0);
            if (step > 0)
                _stepMs = _stepMs == 0 ? step : _stepMs + (0.1 * (Math.Min(step, 2 * _stepMs) - _stepMs));
            _usualWeight += 0.02 * (Math.Min(weight, 4 * _usualWeight) - _usualWeight);
        }
        _lastMs = endMs;
        _buckets++;
        return Math.Min(1, weight / _usualWeight);
    }

    private void Learn(long endMs, double value, double residual, double left, double spread, double trust)
    {
        var catchUp = Math.Min(0.3, _doubt / (1 + _doubt));
        _doubt *= 1 - catchUp;
        var gain = trust * Math.Max(Math.Max(_settings.LevelGain, catchUp), 1.0 / _buckets);
        var limit = _buckets <= GuardAfterBuckets ? double.PositiveInfinity : Clip * spread * Math.Sqrt(1 + _doubt);
        var rest = value - (_seasons?.FoundAt(endMs) ?? 0);
        _level += gain * Math.Clamp(rest - _level, -limit, limit);
        if (_buckets > 1)
            _deviation +=
                trust
                * Math.Max(_settings.DeviationGain, 1.0 / (_buckets - 1))
                * (Math.Min(Math.Abs(residual), limit) - _deviation);
        _next.Learn(
            residual,
            left,
            spread,
            Baseline(endMs) - (value - residual),
            trust * _settings.DeviationGain,
            _buckets
        );
        _normalMs = endMs;
    }

    /// <summary>Counts how often buckets miss their bands.</summary>
    private void Count(double residual, double error, double size, bool isOutside)
    {
        if (_buckets <= GuardAfterBuckets)
            return;
        _guard.Learn(residual);
        if (isOutside)
            _misses.Miss(size, _buckets);
        else
            _misses.Hit(_buckets);
        if (_buckets < GrownBuckets)
            return;
        _sizes ??= new ErrorSizes();
        _sizes.Add(error);
        if (_buckets % BandRefreshBuckets != 0)
            return;
        var count = _sizes.Count;
        var share = count / (count + BandPriorBuckets);
        _bandAbove = Math.Max(1, (share * _sizes.Quantile(1 - MissShare)) + ((1 - share) * BandPrior));
        _bandBelow = Math.Max(1, (-share * _sizes.Quantile(MissShare)) + ((1 - share) * BandPrior));
    }

    private void Adopt()
    {
        _level += _excursion.Shift;
        _seasons?.Shift(_excursion.Shift);
        _deviation = Math.Max(_deviation / 2, _excursion.Deviation);
        _excursion = default;
    }
}
