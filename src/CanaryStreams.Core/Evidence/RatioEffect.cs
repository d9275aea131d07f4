namespace CanaryStreams.Core.Evidence;

/// <summary>
/// Estimated difference of two ratios since the likeliest onset. The onset is the last time at which the cumulated
/// log-likelihood ratio of fault to null was at its floor (Page's CUSUM).
/// </summary>
internal sealed class RatioEffect(double usualRate, double armDeviation)
{
    private const double Normal95 = 1.96;

    /// <summary>About how many independent looks at the arms' noise a mean over n buckets has: n / 4.</summary>
    private const double BucketsPerLook = 4;

    private double _cusum;
    private double _canaryEvents;
    private double _canaryTrials;
    private double _stableEvents;
    private double _stableTrials;
    private int _buckets;

    /// <summary>Start of the bucket in which the difference most likely began; null while there is none.</summary>
    public long? OnsetMs { get; private set; }

    public double Canary => _canaryEvents / Math.Max(_canaryTrials, 1);

    /// <summary>
    /// Stable's rate over the same time, with one event at the usual rate added, so that a quiet short stretch isn't
    /// taken for a rate of zero.
    /// </summary>
    public double Stable => (_stableEvents + 1) / (_stableTrials + 1 / usualRate);

    public double Difference => _canaryTrials > 0 ? Canary - Stable : 0;

    /// <summary>Half the width of a 95 % interval: counting noise of both arms and their own slow noise.</summary>
    public double HalfWidth
    {
        get
        {
            if (_canaryTrials <= 0)
                return 1;
            var counting =
                (_canaryEvents + 0.5) / (_canaryTrials * _canaryTrials) + Stable / (_stableTrials + 1 / usualRate);
            var slow = armDeviation * Stable;
            return Normal95 * Math.Sqrt(counting + slow * slow / Math.Max(1, _buckets / BucketsPerLook));
        }
    }

    public void Observe(
        long startMs,
        double logRatio,
        double canaryEvents,
        double canaryTrials,
        double stableEvents,
        double stableTrials
    )
    {
        _cusum = Math.Max(0, _cusum) + logRatio;
        if (_cusum <= 0 || OnsetMs is null)
        {
            (_canaryEvents, _canaryTrials, _stableEvents, _stableTrials, _buckets) = (0, 0, 0, 0, 0);
            OnsetMs = startMs;
        }
        _canaryEvents += canaryEvents;
        _canaryTrials += canaryTrials;
        _stableEvents += stableEvents;
        _stableTrials += stableTrials;
        _buckets++;
        IsUnderWay = _cusum > 0;
    }

    /// <summary>Whether a difference seems to be under way at all.</summary>
    public bool IsUnderWay { get; private set; }
}
