namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>Makes a series coarser: the same events at another rate, where they are shorter and the noise is smaller.</summary>
public static class Resampling
{
    private const long MsPerMinute = 60_000;

    /// <summary>
    /// One point a bucket of <paramref name="minutes"/> that holds any: the mean of the values present (NaN for none) at
    /// the bucket's start.
    /// </summary>
    /// <param name="labelShare">
    /// A bucket is labelled where at least this share of its points is, and at least one. Ignored is one with any ignored
    /// point.
    /// </param>
    public static LabelledPoints Mean(LabelledPoints series, int minutes, double labelShare)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minutes, 1);
        var stepMs = minutes * MsPerMinute;
        var (times, values) = (new List<long>(), new List<double>());
        var (labels, ignored) = (new List<bool>(), new List<bool>());
        for (var from = 0; from < series.Count; )
        {
            var bucket = series.TimesMs[from] / stepMs;
            var to = from + 1;
            while (to < series.Count && series.TimesMs[to] / stepMs == bucket)
                to++;
            times.Add(bucket * stepMs);
            values.Add(MeanOfPresent(series.Values.AsSpan(from, to - from)));
            var labelled = series.Labels.AsSpan(from, to - from).Count(true);
            labels.Add(labelled >= Math.Max(1, labelShare * (to - from)));
            ignored.Add(series.Ignored.AsSpan(from, to - from).Contains(true));
            from = to;
        }
        return series with
        {
            Id = $"{series.Id}@{minutes}",
            TimesMs = [.. times],
            Values = [.. values],
            Labels = [.. labels],
            Ignored = [.. ignored],
        };
    }

    private static double MeanOfPresent(ReadOnlySpan<double> values)
    {
        var (sum, count) = (0.0, 0);
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
                continue;
            sum += value;
            count++;
        }
        return count > 0 ? sum / count : double.NaN;
    }
}
