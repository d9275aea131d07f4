using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>
/// Puts anomalies into series, so that where they begin and end is known exactly. A real series' own labels become
/// ignored points: they follow other rules, often begin late and are missing where nobody looked.
/// </summary>
public static class AnomalyInjection
{
    /// <summary>A detector takes a while to see that an event is over: as many points behind one are ignored.</summary>
    private const int IgnoredBehind = 10;

    private const int FirstEventFrom = 40;
    private const int PointsBetweenMin = 20;

    /// <summary>Behind this little is left for an event at the end to be seen.</summary>
    private const int PointsAtEnd = 5;

    // Spikes are as frequent as in real data, the other kinds as each other.
    private static readonly InjectedKind[] s_kinds = [InjectedKind.Spike, .. Enum.GetValues<InjectedKind>()];

    /// <summary>
    /// A copy with events of any kind in it, on average one in 250 to 1150 points, and no other labels. Missing values
    /// are filled with the ones before.
    /// </summary>
    public static LabelledPoints Events(LabelledPoints series, SeededRandom random)
    {
        var result = Unlabelled(series);
        if (result.Count < 2)
            return result;
        var scale = NoiseScale.Of(result.Values);
        var gap = random.Uniform(250, 1150);
        var at = FirstEventFrom + (int)random.Exponential(gap);
        while (at < result.Count - PointsAtEnd)
        {
            var end = Put(result, s_kinds[random.Below(s_kinds.Length)], at, scale, random);
            at = end + PointsBetweenMin + (int)random.Exponential(gap);
        }
        return result;
    }

    /// <summary>A copy with one event in it, which begins at <paramref name="at"/>, and no other labels.</summary>
    /// <param name="series">Two or more points.</param>
    public static LabelledPoints Event(LabelledPoints series, InjectedKind kind, int at, SeededRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)at, (uint)series.Count, nameof(at));
        var result = Unlabelled(series);
        Put(result, kind, at, NoiseScale.Of(result.Values), random);
        return result;
    }

    private static int Put(LabelledPoints series, InjectedKind kind, int at, NoiseScale scale, SeededRandom random)
    {
        var before = series.Values[at..];
        var end = InjectedShapes.Apply(kind, series.Values, at, scale, random);
        // A dip of zeros or a flat line where the series was flat is nothing that could be learnt.
        if (series.Values.AsSpan(at).SequenceEqual(before))
            return end;
        series.Labels.AsSpan(at, end - at).Fill(true);
        series.Ignored.AsSpan(end, Math.Min(IgnoredBehind, series.Count - end)).Fill(true);
        return end;
    }

    private static LabelledPoints Unlabelled(LabelledPoints series)
    {
        var values = new double[series.Count];
        var last = 0.0;
        for (var i = 0; i < values.Length; i++)
            values[i] = last = double.IsFinite(series.Values[i]) ? series.Values[i] : last;
        return series with
        {
            Values = values,
            Labels = new bool[series.Count],
            Ignored = [.. series.Labels.Zip(series.Ignored, (isLabelled, isIgnored) => isLabelled || isIgnored)],
        };
    }
}
