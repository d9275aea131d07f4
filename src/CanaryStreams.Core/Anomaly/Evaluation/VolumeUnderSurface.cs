namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>
/// VUS-PR (Paparrizos et al., "Volume Under the Surface", VLDB 2022): the area under the range-based precision-recall
/// curve, averaged over buffers of 0..L points by which events are widened, so that an alert a little beside an event isn't
/// plainly wrong. Equal to the authors' <c>RangeAUC_volume</c> (github.com/TheDatumOrg/VUS), whose choices are kept:
/// 250 thresholds at evenly spaced ranks; a buffer of w reaches w/2 points to each side with labels √(1 − distance/w), sums
/// of neighbours cut at 1; recall TP / ((P + widened P)/2), at most 1, times the share of widened events touched; the curve
/// begins at recall 0 and precision 1 and is joined by trapezoids.
/// </summary>
/// <remarks>
/// Perfect scores reach 1 at L = 0 only: with a buffer the widened labels ask for alerts beside the event too. A point
/// alerts from one threshold on, so each buffer needs one look at the points in and around events, not one a threshold.
/// </remarks>
public static class VolumeUnderSurface
{
    private const int Thresholds = 250;
    private const int BufferDefault = 100;
    private const int ShortSeries = 10;

    /// <summary>L where nobody says: 100 points as in the paper's experiments, a tenth of a series shorter than 1000.</summary>
    public static int DefaultBuffer(int points) => Math.Min(BufferDefault, points / ShortSeries);

    /// <param name="scores">As many as labels; any scale, higher is more unusual.</param>
    /// <param name="bufferMax">L ≥ 0, in points.</param>
    /// <returns>In [0,1]; NaN where no point is labelled.</returns>
    public static double PrecisionRecall(ReadOnlySpan<bool> labels, ReadOnlySpan<float> scores, int bufferMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bufferMax);
        var events = LabelRuns.Of(labels);
        if (events.Count == 0)
            return double.NaN;
        var alerts = new long[Thresholds];
        var firstAlert = FirstAlerts(scores, alerts);
        var widened = new double[labels.Length];
        var sum = 0.0;
        for (var buffer = 0; buffer <= bufferMax; buffer++)
        {
            Widen(events, buffer, widened);
            sum += Area(events, buffer, widened, firstAlert, alerts);
        }
        return sum / (bufferMax + 1);
    }

    /// <summary>Number of the first threshold, from the highest, that each point reaches.</summary>
    /// <param name="alerts">Receives how many points reach each threshold.</param>
    private static byte[] FirstAlerts(ReadOnlySpan<float> scores, long[] alerts)
    {
        var sorted = scores.ToArray();
        Array.Sort(sorted);
        var step = (sorted.Length - 1) / (double)(Thresholds - 1);
        var negated = new float[Thresholds];
        for (var k = 0; k < Thresholds; k++)
        {
            var rank = k == Thresholds - 1 ? sorted.Length - 1 : (int)(k * step);
            negated[k] = -sorted[^(rank + 1)];
        }
        var first = new byte[scores.Length];
        for (var i = 0; i < first.Length; i++)
        {
            var k = Array.BinarySearch(negated, -scores[i]);
            if (k < 0)
                k = ~k;
            while (k > 0 && negated[k - 1] == -scores[i])
                k--;
            first[i] = (byte)k;
            alerts[k]++;
        }
        for (var k = 1; k < Thresholds; k++)
            alerts[k] += alerts[k - 1];
        return first;
    }

    /// <summary>Adds the slopes of a buffer around each event; the array is zero elsewhere, before and after.</summary>
    private static void Widen(List<(int Start, int End)> events, int buffer, double[] widened)
    {
        var reach = buffer / 2;
        Span<double> slope = stackalloc double[reach + 1];
        for (var distance = 1; distance <= reach; distance++)
            slope[distance] = Math.Sqrt(1 - (distance / (double)buffer));
        foreach (var (start, end) in events)
        {
            for (var i = Math.Max(0, start - reach); i < start; i++)
                widened[i] += slope[start - i];
            for (var i = start; i < end; i++)
                widened[i] += 1;
            for (var i = end; i < Math.Min(end + reach, widened.Length); i++)
                widened[i] += slope[i - end + 1];
        }
    }

    /// <summary>The area for one buffer; leaves the widened labels zero.</summary>
    private static double Area(
        List<(int Start, int End)> events,
        int buffer,
        double[] widened,
        byte[] firstAlert,
        long[] alerts
    )
    {
        Span<double> found = stackalloc double[Thresholds];
        Span<int> touched = stackalloc int[Thresholds];
        found.Clear();
        touched.Clear();
        var (labelled, total, segments) = (0L, 0.0, 0);
        for (var e = 0; e < events.Count; segments++)
        {
            var start = Math.Max(0, events[e].Start - (buffer / 2));
            var end = start;
            // Widened events that meet are one.
            for (; e < events.Count && (end == start || events[e].Start - (buffer / 2) <= end); e++)
            {
                end = Math.Min(widened.Length, events[e].End + (buffer / 2));
                labelled += events[e].End - events[e].Start;
            }
            var first = byte.MaxValue;
            for (var i = start; i < end; i++)
            {
                var label = Math.Min(1, widened[i]);
                widened[i] = 0;
                found[firstAlert[i]] += label;
                total += label;
                first = Math.Min(first, firstAlert[i]);
            }
            touched[first]++;
        }
        return Area(found, touched, segments, (labelled + total) / 2, alerts);
    }

    private static double Area(
        ReadOnlySpan<double> foundAt,
        ReadOnlySpan<int> touchedAt,
        int segments,
        double labelled,
        long[] alerts
    )
    {
        var (area, found, touched) = (0.0, 0.0, 0);
        var (recallBefore, precisionBefore) = (0.0, 1.0);
        for (var k = 0; k < Thresholds; k++)
        {
            found += foundAt[k];
            touched += touchedAt[k];
            var recall = Math.Min(found / labelled, 1) * touched / segments;
            var precision = found / alerts[k];
            area += (recall - recallBefore) * (precision + precisionBefore) / 2;
            (recallBefore, precisionBefore) = (recall, precision);
        }
        return area;
    }
}
