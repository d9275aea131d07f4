namespace CanaryStreams.Core.Anomaly.Network;

/// <summary>
/// How the readings of the networks and the spectral surprise become one score. Fitted together with the networks and
/// kept in their file, so there are no defaults. All are finite.
/// </summary>
public sealed record FusionSettings
{
    /// <summary>Share of the onset's logit beside the level's.</summary>
    public required double OnsetShare { get; init; }

    /// <summary>Weight of the surprise beside the logits.</summary>
    public required double SurpriseWeight { get; init; }

    /// <summary>Surprise that speaks neither for nor against an anomaly.</summary>
    public required double SurpriseCentre { get; init; }

    /// <summary>Factor from the fused logit to the score.</summary>
    public required double ScoreScale { get; init; }

    /// <summary>Added to the scaled logit.</summary>
    public required double ScoreOffset { get; init; }

    /// <summary>Share of recent anomalies that is held against a new one.</summary>
    public required double FatigueShare { get; init; }

    /// <summary>Hours over which recent anomalies are forgotten.</summary>
    public required double FatigueHours { get; init; }

    /// <summary>What the onset must stand out by.</summary>
    public required double OnsetMargin { get; init; }
}
