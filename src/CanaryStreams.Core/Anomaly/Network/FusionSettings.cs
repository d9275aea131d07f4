namespace CanaryStreams.Core.Anomaly.Network;

/// <summary>
/// How the readings of the networks and the mean surprise become one evidence and one score. Chosen together with the
/// networks and kept in their file, so there are no defaults. All are finite.
/// </summary>
public sealed record FusionSettings
{
    // Keeps scores below 1 when they are written with six digits.
    private const double LogitMax = 12;

    /// <summary>Share of the onset's logit in the evidence of the level.</summary>
    public required double LevelOnsetShare { get; init; }

    /// <summary>Weight of the surprise beside the logits in the evidence of the level.</summary>
    public required double LevelSurpriseWeight { get; init; }

    /// <summary>Share of the onset's logit in the evidence of an onset.</summary>
    public required double OnsetOnsetShare { get; init; }

    /// <summary>
    /// Weight of the surprise in the evidence of an onset: greater than in the level's, since what the labels of some sets
    /// teach holds less on others for onsets.
    /// </summary>
    public required double OnsetSurpriseWeight { get; init; }

    /// <summary>Surprise that speaks neither for nor against an anomaly.</summary>
    public required double SurpriseCentre { get; init; }

    /// <summary>Factor from the evidence to the score's logit.</summary>
    public required double ScoreScale { get; init; }

    /// <summary>Added to the scaled evidence.</summary>
    public required double ScoreOffset { get; init; }

    /// <summary>Share of the evidence of earlier episodes that is held against a new one.</summary>
    public required double FatigueShare { get; init; }

    /// <summary>Hours after which an earlier episode has faded to 1/e.</summary>
    public required double FatigueHours { get; init; }

    /// <summary>Evidence by which an onset must exceed the last one.</summary>
    public required double OnsetMargin { get; init; }

    /// <summary>
    /// Evidence that a point is abnormal: a logit, 0 where the networks are undecided and the surprise is at its centre.
    /// </summary>
    /// <param name="meanSurprise">−log₁₀ of a share of the past, mean of the members.</param>
    public double Level(NetworkReading reading, double meanSurprise) =>
        Evidence(reading, meanSurprise, LevelOnsetShare, LevelSurpriseWeight);

    /// <summary>Evidence that something abnormal begins, likewise.</summary>
    /// <inheritdoc cref="Level"/>
    public double Onset(NetworkReading reading, double meanSurprise) =>
        Evidence(reading, meanSurprise, OnsetOnsetShare, OnsetSurpriseWeight);

    private double Evidence(NetworkReading reading, double meanSurprise, double onsetShare, double surpriseWeight) =>
        ((1 - onsetShare) * reading.Level)
        + (onsetShare * reading.Onset)
        + (surpriseWeight * (meanSurprise - SurpriseCentre));

    /// <summary>The score of an evidence, in (0,1).</summary>
    public double Score(double evidence) =>
        1 / (1 + Math.Exp(-Math.Clamp((ScoreScale * evidence) + ScoreOffset, -LogitMax, LogitMax)));
}
