using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>
/// Normal series of many kinds, drawn at random: what a detector trained on a few real data sets hasn't seen enough of.
/// They hold no anomalies.
/// </summary>
public static class SyntheticSeries
{
    /// <summary>The day from which on they begin, within a week: 14 July 2017.</summary>
    private const long FirstDayMs = 17_361L * 86_400_000;

    private const int MinutesOfWeek = 7 * 24 * 60;
    private const long MsPerMinute = 60_000;

    /// <summary>The steps they are made with, in minutes.</summary>
    public static IReadOnlyList<int> StepsMinutes { get; } = [1, 5, 15, 60];

    /// <summary>A series of any shape.</summary>
    public static LabelledPoints Make(string set, string id, int stepMinutes, int count, SeededRandom random) =>
        Make(set, id, stepMinutes, count, SyntheticTraits.Draw(count, random), random);

    /// <summary>A series of the given shape.</summary>
    public static LabelledPoints Make(
        string set,
        string id,
        int stepMinutes,
        int count,
        SyntheticShape shape,
        SeededRandom random
    ) => Make(set, id, stepMinutes, count, SyntheticTraits.Draw(count, random) with { Shape = shape }, random);

    internal static LabelledPoints Make(
        string set,
        string id,
        int stepMinutes,
        int count,
        SyntheticTraits traits,
        SeededRandom random
    )
    {
        var startMs = FirstDayMs + random.Below(MinutesOfWeek) * MsPerMinute;
        var times = new long[count];
        for (var i = 0; i < count; i++)
            times[i] = startMs + i * stepMinutes * MsPerMinute;
        return new LabelledPoints(set, id, times, Values(times, traits, random), new bool[count], new bool[count]);
    }

    private static double[] Values(long[] times, SyntheticTraits traits, SeededRandom random)
    {
        var values = new double[times.Length];
        var (noise, walk) = (0.0, 0.0);
        // Keeps the noise's spread the same whatever its correlation.
        var innovation = Math.Sqrt(1 - traits.Correlation * traits.Correlation);
        for (var i = 0; i < values.Length; i++)
        {
            noise = traits.Correlation * noise + innovation * random.Normal();
            walk += traits.WalkStep * random.Normal();
            var season = traits.Season(times[i]);
            var value = Value(traits, season, traits.Noise * noise, traits.TrendPerPoint * i + walk, random);
            if (traits.JobEveryPoints > 0 && i % traits.JobEveryPoints < 2)
                value += traits.JobHeight;
            values[i] = traits.IsNonNegative ? Math.Max(0, value) : value;
        }
        return values;
    }

    private static double Value(SyntheticTraits traits, double season, double noise, double drift, SeededRandom random)
    {
        var expected = traits.Level + traits.Amplitude * season;
        return traits.Shape switch
        {
            SyntheticShape.SeasonalNoise => expected + noise * (0.4 + 0.6 * Math.Abs(season)) + drift,
            SyntheticShape.Counts => random.Poisson(Math.Clamp(3 + 2.5 * season, 0.01, 50)),
            SyntheticShape.HeavyTails => expected + noise * (random.Chance(0.02) ? 6 : 1),
            SyntheticShape.OnOff => random.Chance(0.1 * (1.2 + season)) ? traits.Level * random.NextDouble() : 0,
            _ => expected + noise + drift,
        };
    }
}
