namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>
/// What is done to a normal series to make an anomaly. Magnitudes are in the series' own <see cref="NoiseScale"/>: a
/// "size" is 4.5 to 22.5 steps or 1.8 to 9 spreads, with equal chance, small ones as likely as large ones (its logarithm
/// is uniform).
/// </summary>
public enum InjectedKind
{
    /// <summary>1 to 3 points up or down, each by 0.9 to 1.7 sizes.</summary>
    Spike,

    /// <summary>8 to 157 points up or down by 0.7 sizes.</summary>
    LevelShift,

    /// <summary>20 to 169 points; growing to 1.2 sizes up or down at 60 % of them, then staying there.</summary>
    Ramp,

    /// <summary>10 to 89 points with noise of 3 to 8 steps (standard deviation) added.</summary>
    Variance,

    /// <summary>
    /// 30 to 329 points without their season: either the median and one step of noise, or halfway between the median and
    /// what the series was at another time.
    /// </summary>
    DroppedSeason,

    /// <summary>10 to 89 points that stay at the first one's value.</summary>
    FlatLine,

    /// <summary>2 to 61 points at 0 to 70 % of their values, at 0 in three of ten events.</summary>
    Dip,

    /// <summary>2 to 61 points at 140 to 320 % of their values.</summary>
    Surge,
}
