using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>Series with injected anomalies: synthetic ones and parts of real ones, at several rates.</summary>
public static class TrainingCorpus
{
    private const double SyntheticShare = 0.4;

    /// <summary>Share of the series that are cut off at 0, as most metrics can't be negative.</summary>
    private const double NonNegativeShare = 0.15;

    /// <summary>A real label of a few minutes still spoils its hour: it is ignored from this share of a bucket on.</summary>
    private const double LabelShare = 0.02;

    // As often as they are met: metrics of a minute or five, and hourly ones, which have little history to learn from.
    private static readonly int[] s_stepsMinutes = [1, 1, 5, 5, 15, 60, 60, 60];

    /// <summary>
    /// As many series as asked for: 40 % synthetic, the rest parts of <paramref name="bases"/>; all synthetic where there
    /// are none. The series of a seed don't depend on how many there are.
    /// </summary>
    /// <param name="bases">Real series. Their labels are ignored and not learnt; what has under two points isn't used.</param>
    /// <param name="set">Name of the set that they make.</param>
    public static IReadOnlyList<LabelledPoints> Injected(
        IReadOnlyList<LabelledPoints> bases,
        int count,
        ulong seed,
        string set = "injected"
    )
    {
        var usable = bases.Where(series => series.Count > 1).ToList();
        var result = new LabelledPoints[count];
        for (var i = 0; i < count; i++)
            result[i] = One(usable, set, i, SeededRandom.Of(seed, (ulong)i));
        return result;
    }

    private static LabelledPoints One(List<LabelledPoints> bases, string set, int index, SeededRandom random)
    {
        var isSynthetic = random.Chance(SyntheticShare) || bases.Count == 0;
        var stepMinutes = s_stepsMinutes[random.Below(s_stepsMinutes.Length)];
        var points = Points(stepMinutes);
        var normal = isSynthetic
            ? SyntheticSeries.Make(set, "", stepMinutes, points, random)
            : Part(bases[random.Below(bases.Count)], stepMinutes, points, random);
        var series = AnomalyInjection.Events(normal, random) with { Set = set, Id = $"{set}-{index}-{stepMinutes}" };
        if (random.Chance(NonNegativeShare))
        {
            for (var i = 0; i < series.Count; i++)
                series.Values[i] = Math.Max(0, series.Values[i]);
        }
        return series;
    }

    /// <summary>A stretch of a real series with about as many points at the given step, or at its own if that is longer.</summary>
    private static LabelledPoints Part(LabelledPoints series, int stepMinutes, int points, SeededRandom random)
    {
        var own = series.StepMinutes();
        var needed = Math.Min(series.Count, points * Math.Max(1, stepMinutes / own));
        var from = random.Below(series.Count - needed + 1);
        var part = series.Slice(from, from + needed);
        return stepMinutes > own ? Resampling.Mean(part, stepMinutes, LabelShare) : part;
    }

    /// <summary>Points of a series: days for minutes, weeks for hours.</summary>
    private static int Points(int stepMinutes) =>
        stepMinutes switch
        {
            1 => 6000,
            5 => 4000,
            15 => 2500,
            _ => 1200,
        };
}
