namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>How the values of a synthetic series are made around its level and season.</summary>
public enum SyntheticShape
{
    /// <summary>Level, season and noise.</summary>
    Plain,

    /// <summary>As plain; the noise is the larger the farther the season is from its middle.</summary>
    SeasonalNoise,

    /// <summary>Small whole numbers: Poisson around the season.</summary>
    Counts,

    /// <summary>As plain without trend and walk; one point in 50 has six times the noise.</summary>
    HeavyTails,

    /// <summary>Zero most of the time, now and then anything up to the level, more often in season.</summary>
    OnOff,
}
