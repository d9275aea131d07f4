namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>
/// Compares alerts with labels. A labelled event is a run of labelled points; it is found when an alert comes within its
/// first k + 1 points, since a later one is of no use to anybody.
/// </summary>
public static class DetectionCounts
{
    /// <summary>
    /// Point-adjusted counts with delay k (Xu et al., WWW 2018; Ren et al., KDD 2019, section 5.1): every point of an event
    /// counts as found when the event is, else as missed; every alert outside of events is a false one.
    /// </summary>
    /// <param name="scores">As many as labels; a point alerts where its score reaches the threshold.</param>
    /// <param name="delay">k ≥ 0, in points.</param>
    public static EventCounts PointAdjusted(
        ReadOnlySpan<bool> labels,
        ReadOnlySpan<float> scores,
        float threshold,
        int delay
    )
    {
        var counts = default(EventCounts);
        for (var i = 0; i < labels.Length; )
        {
            if (!labels[i])
            {
                if (scores[i++] >= threshold)
                    counts += new EventCounts(0, 0, 1);
                continue;
            }
            var end = EventEnd(labels, i);
            var isFound = Alerts(scores[i..end], threshold, delay);
            counts += isFound ? new EventCounts(end - i, 0, 0) : new EventCounts(0, end - i, 0);
            i = end;
        }
        return counts;
    }

    /// <summary>
    /// Counts of events: each labelled one counts once, long or short, and so does each run of consecutive alerts that
    /// touches no labelled point.
    /// </summary>
    /// <inheritdoc cref="PointAdjusted"/>
    public static EventCounts Events(ReadOnlySpan<bool> labels, ReadOnlySpan<float> scores, float threshold, int delay)
    {
        var counts = default(EventCounts);
        for (var i = 0; i < labels.Length; )
        {
            if (labels[i])
            {
                var end = EventEnd(labels, i);
                var isFound = Alerts(scores[i..end], threshold, delay);
                counts += isFound ? new EventCounts(1, 0, 0) : new EventCounts(0, 1, 0);
                i = end;
            }
            else if (scores[i] >= threshold)
            {
                var start = i;
                while (i < labels.Length && !labels[i] && scores[i] >= threshold)
                    i++;
                var touchesBefore = start > 0 && scores[start - 1] >= threshold;
                var touchesBehind = i < labels.Length && scores[i] >= threshold;
                if (!touchesBefore && !touchesBehind)
                    counts += new EventCounts(0, 0, 1);
            }
            else
            {
                i++;
            }
        }
        return counts;
    }

    private static int EventEnd(ReadOnlySpan<bool> labels, int start)
    {
        var length = labels[start..].IndexOf(false);
        return length < 0 ? labels.Length : start + length;
    }

    private static bool Alerts(ReadOnlySpan<float> scores, float threshold, int delay)
    {
        foreach (var score in scores[..Math.Min(scores.Length, delay + 1)])
        {
            if (score >= threshold)
                return true;
        }
        return false;
    }
}
