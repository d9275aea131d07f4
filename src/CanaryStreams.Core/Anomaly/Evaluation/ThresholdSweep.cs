namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>Counts over many series at one threshold for all, and the threshold that serves best.</summary>
public static class ThresholdSweep
{
    private const int Steps = 200;
    private const double SmallestShare = 1e-6;
    private const double LargestShare = 0.2;

    public static EventCounts Count(
        IEnumerable<LabelledSeries> series,
        DetectionMeasure measure,
        float threshold,
        int delay
    )
    {
        var counts = default(EventCounts);
        foreach (var one in series)
        {
            counts +=
                measure == DetectionMeasure.PointAdjusted
                    ? DetectionCounts.PointAdjusted(one.Labels, one.Scores, threshold, delay)
                    : DetectionCounts.Events(one.Labels, one.Scores, threshold, delay);
        }
        return counts;
    }

    /// <summary>
    /// The threshold with the highest F1 among quantiles of the scores, evenly spaced in the logarithm of the share that
    /// lies above: whatever the scores' scale.
    /// </summary>
    public static float Best(IReadOnlyList<LabelledSeries> series, DetectionMeasure measure, int delay)
    {
        var (best, bestF1) = (float.PositiveInfinity, 0.0);
        foreach (var threshold in Candidates(series))
        {
            var f1 = Count(series, measure, threshold, delay).F1;
            if (f1 > bestF1)
                (best, bestF1) = (threshold, f1);
        }
        return best;
    }

    private static IEnumerable<float> Candidates(IReadOnlyList<LabelledSeries> series)
    {
        var scores = series.SelectMany(one => one.Scores).ToArray();
        Array.Sort(scores);
        var ratio = Math.Log(LargestShare / SmallestShare) / (Steps - 1);
        var last = float.NaN;
        for (var i = 0; i < Steps && scores.Length > 0; i++)
        {
            var share = SmallestShare * Math.Exp(ratio * i);
            var candidate = scores[Math.Max(0, scores.Length - 1 - (int)(share * scores.Length))];
            if (candidate != last && candidate > 0)
                yield return candidate;
            last = candidate;
        }
    }
}
