namespace CanaryStreams.Core.Anomaly.Detection;

/// <summary>
/// What a detector is made to do without, to see what that part is worth. A model is trained and used with the same.
/// </summary>
[Flags]
public enum DetectorAblation
{
    None = 0,

    /// <summary>No convolutions: the network sees the context of a point alone.</summary>
    Cnn = 1,

    /// <summary>Deviations aren't calibrated by the series' own past: their logarithm takes the place of surprise.</summary>
    Calibration = 2,

    /// <summary>No profile of the day or the week.</summary>
    Season = 4,

    /// <summary>No spectral residual.</summary>
    Spectrum = 8,

    /// <summary>Nothing but spectral residuals: SR-CNN as published, on calibrated saliency.</summary>
    OtherMembers = 16,
}
