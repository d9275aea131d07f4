namespace CanaryStreams.Core.Baselines;

/// <summary>
/// What is normal for one stable series: level, deviation, quantiles and time of day, learnt bucket by bucket. Updates are
/// guarded: a bucket moves the profile by what a large normal one would at most, one outside the band not at all, until
/// that has lasted for <see cref="ProfileSettings.AdoptAfter"/>. Drift within the band is followed. A missing bucket is one
/// that isn't given: the profile neither moves nor forgets, and the band widens with the time since the last one.
/// </summary>
/// <remarks>State: about 0.8 KiB, 1.2 KiB once the first quarter of an hour is over.</remarks>
public sealed class SeriesProfile
{
    // A normal distribution's standard deviation in units of its mean absolute deviation.
    private const double DeviationFactor = 1.2533141373155;
    private const double BandShare = 0.99;
    private const double BandPrior = 4;
    private const double BandPriorBuckets = 50;
    private const int BandRefreshBuckets = 16;
    private const double Clip = 3;
    private const double ErrorGain = 0.002;
    private const double ErrorClip = 20;
    private const double MagnitudeMax = 1e150;
    private const double MemoryBuckets = 10_000;
    private const int GuardAfterBuckets = 10;

    // The time of day must save this share of the error before it is believed.
    private const double SeasonSaves = 0.1;

    private readonly ProfileSettings _settings;
    private readonly LogHistogram _above;
    private readonly LogHistogram _below;
    private readonly DailySeason _season;

    private int _buckets;
    private long _firstMs;
    private long _lastMs;
    private double _stepMs;
    private double _usualWeight;
    private double _level;
    private double _offset;
    private double _deviation;
    private double _plainError;
    private double _seasonError;
    private int _seasonBuckets;
    private double _bandAbove = BandPrior;
    private double _bandBelow = BandPrior;
    private Excursion _excursion;

    public SeriesProfile(ProfileSettings settings)
    {
        _settings = settings;
        _above = new LogHistogram(bins: 40, binsPerOctave: 3, MemoryBuckets);
        _below = new LogHistogram(bins: 40, binsPerOctave: 3, MemoryBuckets);
        _season = new DailySeason();
    }

    private SeriesProfile(SeriesProfile other)
    {
        _settings = other._settings;
        _above = other._above.Clone();
        _below = other._below.Clone();
        _season = other._season.Clone();
        (_buckets, _firstMs, _lastMs, _stepMs) = (other._buckets, other._firstMs, other._lastMs, other._stepMs);
        (_usualWeight, _level, _offset, _deviation) = (
            other._usualWeight,
            other._level,
            other._offset,
            other._deviation
        );
        (_plainError, _seasonError, _seasonBuckets) = (other._plainError, other._seasonError, other._seasonBuckets);
        (_bandAbove, _bandBelow, _excursion) = (other._bandAbove, other._bandBelow, other._excursion);
    }

    /// <summary>Buckets learnt or seen so far.</summary>
    public int Buckets => _buckets;

    /// <summary>Moving mean of the normal buckets; NaN before the first.</summary>
    public double Mean => _buckets == 0 ? double.NaN : _level;

    /// <summary>Moving standard deviation around what was expected, from mean absolute deviations.</summary>
    public double Deviation => DeviationFactor * _deviation;

    /// <summary>Whether the series has left its band (or was called suspicious) and has not come back.</summary>
    public bool IsOutside => _excursion.IsOpen;

    private bool UsesSeason =>
        _lastMs - _firstMs >= _settings.SeasonAfter.TotalMilliseconds
        && _seasonBuckets >= _settings.YoungBuckets
        && _seasonError < (1 - SeasonSaves) * _plainError;

    /// <summary>An independent copy: what a canary's profile begins as.</summary>
    public SeriesProfile Clone() => new(this);

    /// <summary>What is expected of the bucket that ends then.</summary>
    /// <param name="endMs">Unix milliseconds, not before the last update.</param>
    public Expectation Expect(long endMs)
    {
        if (_buckets == 0)
            return new Expectation(double.NaN, double.NaN, double.NaN, ProfileQuality.Young);
        var expected = Center(endMs);
        var missed = _stepMs > 0 ? Math.Max(0, ((endMs - _lastMs) / _stepMs) - 1) : 0;
        var wider = (1 + (8.0 / _buckets)) * Math.Min(4, Math.Sqrt(1 + (missed * _settings.LevelGain)));
        var spread = Spread * wider;
        var quality = _buckets < _settings.YoungBuckets ? ProfileQuality.Young : ProfileQuality.Ok;
        return new Expectation(expected, expected - (_bandBelow * spread), expected + (_bandAbove * spread), quality);
    }

    /// <summary>A quantile of normal values around the present mean; NaN before the first.</summary>
    /// <param name="share">In (0,1).</param>
    public double Quantile(double share)
    {
        var (below, above) = (_below.Count, _above.Count);
        if (below + above <= 0)
            return Mean;
        var shareBelow = below / (below + above);
        return share < shareBelow
            ? _level - (Spread * _below.Quantile(1 - (share / shareBelow)))
            : _level + (Spread * _above.Quantile((share - shareBelow) / (1 - shareBelow)));
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
        // Squares and differences must stay finite.
        value = Math.Clamp(value, -MagnitudeMax, MagnitudeMax);
        var residual = _buckets == 0 ? 0 : value - Center(endMs);
        var spread = Spread;
        var isOutside =
            _buckets >= GuardAfterBuckets && (residual > _bandAbove * spread || residual < -_bandBelow * spread);
        var trust = Observe(endMs, value, weight);
        if (!suspicious)
        {
            CompareModels(endMs, value, spread);
            _season.Learn(endMs, value, trust, spread);
        }
        if (suspicious || isOutside)
        {
            _excursion.Outside(endMs, value);
            if (_excursion.HasLasted(endMs, _settings.AdoptAfter))
                Adopt(endMs);
            return;
        }
        _excursion.Inside(value);
        Learn(endMs, value, residual, trust);
    }

    // Never finer than a millionth of the level; a young series may move by some per cent without being strange.
    private double Spread =>
        Math.Max(_deviation, 1e-12 + (Math.Abs(_level) * (1e-6 + (0.1 / ((_buckets + 1.0) * (_buckets + 1.0))))));

    private double Center(long endMs)
    {
        if (!UsesSeason)
            return _level;
        var season = _season.At(endMs);
        return double.IsNaN(season) ? _level : season + _offset;
    }

    /// <summary>Keeps count of time and weight, and gives the bucket's weight relative to the usual, in (0,1].</summary>
    private double Observe(long endMs, double value, double weight)
    {
        if (_buckets == 0)
        {
            (_firstMs, _level) = (endMs, value);
            _usualWeight = weight;
        }
        else
        {
            var step = (double)Math.Max(endMs - _lastMs, 0);
            _stepMs = _stepMs == 0 ? step : _stepMs + (0.1 * (Math.Min(step, 2 * _stepMs) - _stepMs));
            _usualWeight += 0.02 * (Math.Min(weight, 4 * _usualWeight) - _usualWeight);
        }
        _lastMs = endMs;
        _buckets++;
        return Math.Min(1, weight / _usualWeight);
    }

    private void Learn(long endMs, double value, double residual, double trust)
    {
        var gain = trust * Math.Max(_settings.LevelGain, 1.0 / _buckets);
        var limit = _buckets <= GuardAfterBuckets ? double.PositiveInfinity : Clip * Spread;
        LearnOffset(endMs, value, gain, limit);
        _level += gain * Math.Clamp(value - _level, -limit, limit);
        var size = Math.Min(Math.Abs(residual), limit);
        if (_buckets > 1)
            _deviation += trust * Math.Max(_settings.DeviationGain, 1.0 / (_buckets - 1)) * (size - _deviation);
        (residual < 0 ? _below : _above).Add(Math.Abs(residual) / Spread);
        if (_buckets % BandRefreshBuckets == 0)
        {
            _bandAbove = Band(_above);
            _bandBelow = Band(_below);
        }
    }

    /// <summary>
    /// Which of the two, level alone or time of day and offset, would have come nearer: on buckets outside the band too,
    /// since a season that isn't known yet looks like that.
    /// </summary>
    private void CompareModels(long endMs, double value, double spread)
    {
        var season = _season.At(endMs);
        if (double.IsNaN(season) || _lastMs - _firstMs < _settings.SeasonAfter.TotalMilliseconds / 2)
            return;
        if (_seasonBuckets++ == 0)
            _offset = value - season;
        var limit = ErrorClip * spread;
        _plainError += ErrorGain * (Math.Min(Math.Abs(value - _level), limit) - _plainError);
        _seasonError += ErrorGain * (Math.Min(Math.Abs(value - season - _offset), limit) - _seasonError);
    }

    private void LearnOffset(long endMs, double value, double gain, double limit)
    {
        var season = _season.At(endMs);
        if (_seasonBuckets > 0 && !double.IsNaN(season))
            _offset += gain * Math.Clamp(value - season - _offset, -limit, limit);
    }

    private static double Band(LogHistogram sizes)
    {
        var count = sizes.Count;
        var share = count / (count + BandPriorBuckets);
        return Math.Max(1, (share * sizes.Quantile(BandShare)) + ((1 - share) * BandPrior));
    }

    private void Adopt(long endMs)
    {
        var season = _season.At(endMs);
        _level = _excursion.Level;
        _offset = double.IsNaN(season) ? 0 : _excursion.Level - season;
        _deviation = Math.Max(_deviation / 2, _excursion.Deviation);
        _excursion = default;
    }
}
