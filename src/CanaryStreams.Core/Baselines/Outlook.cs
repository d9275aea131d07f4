namespace CanaryStreams.Core.Baselines;

/// <summary>What a profile knows of a moment before it has come: the terms that an expectation is made of.</summary>
/// <param name="Baseline">Level and seasons.</param>
/// <param name="Left">What is left by then of the last normal bucket's residual, in [0,1].</param>
/// <param name="Doubt">Variance of the level that a gap has brought, in squared deviations.</param>
/// <param name="Hour">Usual size of errors at that hour, relative to the mean hour.</param>
/// <param name="Spread">Mean absolute deviation from the baseline.</param>
/// <param name="NextSpread">The same from what is expected of the next bucket.</param>
internal readonly record struct Outlook(
    double Baseline,
    double Left,
    double Doubt,
    double Hour,
    double Spread,
    double NextSpread
);
