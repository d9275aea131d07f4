namespace CanaryStreams.Core.Baselines;

/// <summary>How a <see cref="SeriesProfile"/> learns.</summary>
public sealed record ProfileSettings
{
    /// <summary>For one-minute buckets or files of any interval.</summary>
    public static ProfileSettings Default { get; } = new();

    /// <summary>For series of which there are very many: 320 bytes each, until <see cref="SeriesProfile.Grow"/>.</summary>
    public static ProfileSettings Compact { get; } = new() { IsCompact = true };

    /// <summary>
    /// Weight of the newest bucket in the level, in (0,1), for buckets of a minute; the level follows drift within about
    /// 1/gain of them. In longer buckets more happens: the weight goes with the square root of their length, up to 0.1.
    /// </summary>
    public double LevelGain { get; init; } = 0.02;

    /// <summary>Weight of the newest bucket in the deviation, in (0,1).</summary>
    public double DeviationGain { get; init; } = 0.01;

    /// <summary>
    /// How long a series must have stayed outside its band, or been called suspicious, before that becomes its new normal.
    /// A fault shorter than this leaves the profile where it was.
    /// </summary>
    public TimeSpan AdoptAfter { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Buckets below which the profile calls itself young.</summary>
    public int YoungBuckets { get; init; } = 30;

    /// <summary>History after which the time of day is used, where it helps.</summary>
    public TimeSpan SeasonAfter { get; init; } = TimeSpan.FromDays(2);

    /// <summary>
    /// Whether only the level is learnt and how wide the band around it must be: no season, no hours of the day, no
    /// quantiles of the errors.
    /// </summary>
    public bool IsCompact { get; init; }
}
