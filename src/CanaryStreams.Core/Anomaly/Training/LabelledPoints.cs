namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>One series with what is known of each of its points, to learn from. All arrays are equally long.</summary>
/// <param name="Set">Name of the data set; sets are weighted as a whole.</param>
/// <param name="TimesMs">Unix milliseconds, ascending.</param>
/// <param name="Values">NaN where a value is missing.</param>
/// <param name="Labels">Whether the point belongs to an anomaly.</param>
/// <param name="Ignored">Whether an unlabelled point may be anomalous all the same: it isn't learnt as a normal one.</param>
public sealed record LabelledPoints(
    string Set,
    string Id,
    long[] TimesMs,
    double[] Values,
    bool[] Labels,
    bool[] Ignored
)
{
    private const int MsPerMinute = 60_000;

    public int Count => Values.Length;

    /// <summary>The usual step between points in whole minutes, at least 1: the median, which gaps don't move.</summary>
    public int StepMinutes()
    {
        if (Count < 2)
            return 1;
        var steps = new long[Count - 1];
        for (var i = 0; i < steps.Length; i++)
            steps[i] = TimesMs[i + 1] - TimesMs[i];
        Array.Sort(steps);
        return (int)Math.Max(1, Math.Round(steps[steps.Length / 2] / (double)MsPerMinute));
    }

    /// <summary>A copy of the points from <paramref name="from"/> up to but not including <paramref name="to"/>.</summary>
    public LabelledPoints Slice(int from, int to) =>
        this with
        {
            TimesMs = TimesMs[from..to],
            Values = Values[from..to],
            Labels = Labels[from..to],
            Ignored = Ignored[from..to],
        };
}
