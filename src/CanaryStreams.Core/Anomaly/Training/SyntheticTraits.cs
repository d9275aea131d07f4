using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>What one synthetic series is like. Amounts are in units of its values.</summary>
/// <param name="Amplitude">Of the daily season; 0 for none.</param>
/// <param name="Phase">Of the season's first harmonic (one wave a day), in radians.</param>
/// <param name="SecondPhase">Of the season's second harmonic (two waves a day), in radians.</param>
/// <param name="SecondHarmonic">Height of the second harmonic as a share of the first one's.</param>
/// <param name="WeekendCut">Share by which the season is lower on Saturdays and Sundays.</param>
/// <param name="Noise">Standard deviation of the noise.</param>
/// <param name="Correlation">Of the noise of neighbouring points (AR(1)), in [0,1).</param>
/// <param name="TrendPerPoint">Change of level from point to point.</param>
/// <param name="WalkStep">Standard deviation of the random walk's steps; 0 for none.</param>
/// <param name="JobEveryPoints">A job runs for two points in as many; 0 for none.</param>
/// <param name="JobHeight">What a running job adds.</param>
/// <param name="IsNonNegative">Whether negative values are cut off at 0.</param>
internal sealed record SyntheticTraits(
    SyntheticShape Shape,
    double Level,
    double Amplitude,
    double Phase,
    double SecondPhase,
    double SecondHarmonic,
    double WeekendCut,
    double Noise,
    double Correlation,
    double TrendPerPoint,
    double WalkStep,
    int JobEveryPoints,
    double JobHeight,
    bool IsNonNegative
)
{
    // Plain series are the most common ones; the others are as likely as each other.
    private static readonly SyntheticShape[] s_shapes =
    [
        SyntheticShape.Plain,
        SyntheticShape.Plain,
        SyntheticShape.SeasonalNoise,
        SyntheticShape.Counts,
        SyntheticShape.HeavyTails,
        SyntheticShape.OnOff,
    ];

    /// <summary>Traits as wide as those of real metrics: levels over six decades, noise from 0.3 % to 30 % of the level.</summary>
    public static SyntheticTraits Draw(int count, SeededRandom random)
    {
        var level = random.LogUniform(0.1, 1e5);
        var noise = level * random.LogUniform(0.00316, 0.316);
        return new SyntheticTraits(
            Shape: s_shapes[random.Below(s_shapes.Length)],
            Level: level,
            Amplitude: random.Chance(0.75) ? level * random.Uniform(0.06, 0.6) : 0,
            Phase: random.Uniform(0, 2 * Math.PI),
            SecondPhase: random.Uniform(0, 2 * Math.PI),
            SecondHarmonic: random.Uniform(0, 0.5),
            WeekendCut: random.Chance(0.4) ? random.Uniform(0.2, 0.7) : 0,
            Noise: noise,
            Correlation: random.Chance(0.5) ? 0 : random.Uniform(0, 0.9),
            TrendPerPoint: random.Chance(0.3) ? random.Uniform(-0.5, 0.5) * level / count : 0,
            WalkStep: random.Chance(0.15) ? 0.3 * noise : 0,
            JobEveryPoints: random.Chance(0.3) ? random.Between(30, 229) : 0,
            JobHeight: level * random.Uniform(0.3, 1.3),
            IsNonNegative: random.Chance(0.7)
        );
    }

    /// <summary>The season, without amplitude: about −1.5 to 1.5.</summary>
    public double Season(long timeMs)
    {
        const long dayMs = 86_400_000;
        var angle = 2 * Math.PI * (timeMs % dayMs) / dayMs;
        var season = Math.Sin(angle + Phase) + SecondHarmonic * Math.Sin(2 * angle + SecondPhase);
        // 1 January 1970 was a Thursday: days from Monday on.
        var isWeekend = (timeMs / dayMs + 3) % 7 >= 5;
        return isWeekend ? (season + 1) * (1 - WeekendCut) - 1 : season;
    }
}
