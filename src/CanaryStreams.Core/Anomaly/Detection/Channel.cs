namespace CanaryStreams.Core.Anomaly.Detection;

/// <summary>The ways in which a <see cref="SeriesDetector"/> looks at a point, in the order of the network's channels.</summary>
public enum Channel
{
    /// <summary>Distance to a moving mean of about 3 points.</summary>
    FastMean,

    /// <summary>Of about 20 points.</summary>
    Mean,

    /// <summary>Of about 100 points.</summary>
    SlowMean,

    /// <summary>The step from the point before.</summary>
    Step,

    /// <summary>Error of double exponential smoothing.</summary>
    Trend,

    /// <summary>Distance to the profile of the day, in units of the usual distance.</summary>
    Day,

    /// <summary>In units of the usual distance at this time of day.</summary>
    DaySlot,

    /// <summary>Distance of the last few points together to the profile of the day.</summary>
    DaySmooth,

    /// <summary>The step, apart from that of the profile of the day.</summary>
    DayStep,

    /// <summary>Distance to a moving mean of about 10 000 points.</summary>
    LongMean,

    /// <summary>How much rougher the last few points are than the longer past.</summary>
    Spread,

    /// <summary>How far the point leaves the range of the recent past.</summary>
    Excess,

    /// <summary>Spectral residual of 64 points.</summary>
    ShortSpectrum,

    /// <summary>Spectral residual of 1024 points.</summary>
    LongSpectrum,

    /// <summary>Distance of a fast moving mean to a slow one.</summary>
    Shift,

    /// <summary>How long the series has stood at one value.</summary>
    Run,

    /// <summary>Distance to a slow mean as a share of it.</summary>
    Relative,

    /// <summary>Distance to the profile of the week, in units of the usual distance at this time of the week.</summary>
    WeekSlot,

    /// <summary>Distance of the last few points together to the profile of the week.</summary>
    WeekSmooth,

    /// <summary>Distance to a mean that ends six points ago.</summary>
    Local,
}
