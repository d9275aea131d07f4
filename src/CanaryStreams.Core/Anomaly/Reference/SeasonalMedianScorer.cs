using CanaryStreams.Core.Anomaly.Members;

namespace CanaryStreams.Core.Anomaly.Reference;

/// <summary>
/// Reference: distance to the median of the same time of day on up to seven earlier days, in units of a robust standard
/// deviation: 1.4826 times the median distance of the last points (Hampel, JASA 1974), or 1.2533 times the mean one where
/// the median is 0, as with a series that mostly repeats itself (Iglewicz and Hoaglin 1993). Silent on the first day.
/// </summary>
public sealed class SeasonalMedianScorer(double threshold) : IPointScorer
{
    private const double OfMedian = 1.4826;
    private const double OfMean = 1.2533;
    private const int ScalePoints = 255;
    private const int SilentPoints = 20;

    private readonly DeviationVerdict _verdict = new(threshold);
    private readonly DaySlots _slots = new();
    private readonly RunningMedian _distances = new(ScalePoints);

    /// <inheritdoc/>
    public ScoredPoint Score(long timeMs, double value)
    {
        var expected = _slots.Median(timeMs);
        var median = _distances.Value;
        var scale = median > 0 ? OfMedian * median : OfMean * _distances.Mean;
        if (!double.IsFinite(value))
            return DeviationVerdict.Missing(expected, DeviationVerdict.Half * scale);
        value = DeviationVerdict.Bounded(value);
        var isKnown = _distances.Count >= SilentPoints && !double.IsNaN(expected);
        var deviation = isKnown ? Deviation.Of(value - expected, scale, expected) : 0;
        if (!double.IsNaN(expected))
            _distances.Add(Math.Abs(value - expected));
        _slots.Learn(timeMs, value);
        return _verdict.Of(deviation, expected, DeviationVerdict.Half * scale);
    }
}
