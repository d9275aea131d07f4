using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Rollouts;

/// <summary>How far the evidence of one metric, in one cluster and variant, has come when something was decided.</summary>
/// <param name="Effect">Canary − stable since the likeliest onset: absolute, or a fraction of stable where the policy's minEffect is relative.</param>
/// <param name="EffectLower">Lower end of a 95 % interval.</param>
/// <param name="EffectUpper">Upper end of it.</param>
/// <param name="EValue">e-value of the process now.</param>
/// <param name="Largest">The largest that it has reached; by Ville a healthy canary ever gets there with probability ≤ 1 / largest.</param>
/// <param name="EThreshold">e-value from which it counts as evidence, 1 / share or what the fleet made of it.</param>
/// <param name="Share">Its share of the false-rollback budget, a probability.</param>
/// <param name="PSustained">P(the failure lasts over the policy's horizon).</param>
public record EvidenceStanding(
    string Cluster,
    string Metric,
    string? Variant,
    double Effect,
    double EffectLower,
    double EffectUpper,
    double EValue,
    double Largest,
    double EThreshold,
    double Share,
    double PSustained
)
{
    /// <summary>The part of the way to the threshold that it has come at most, in nats: 0 … 1 and more.</summary>
    public double Way => Math.Log(Math.Max(Largest, 1)) / Math.Log(EThreshold);

    /// <summary>The part of the way on which it is now.</summary>
    public double WayNow => Math.Log(Math.Max(EValue, 1)) / Math.Log(EThreshold);

    /// <summary>The fleet has taught another threshold than the share of the budget asks for, 1 / share.</summary>
    public bool IsThresholdTaught => Math.Abs((Share * EThreshold) - 1) > ToSixDigits;

    /// <summary>Both are journalled with six significant digits.</summary>
    private const double ToSixDigits = 1e-4;
}

/// <summary>A series that no policy judges, or of the stable side, outside of its band when a version was rolled back.</summary>
/// <param name="Mean">What it showed.</param>
/// <param name="Expected">What was expected of it; for a canary's series, of its stable side.</param>
/// <param name="Score">How unusual that is by its own past, 0..1.</param>
public sealed record UnusualSeries(
    string Cluster,
    string Metric,
    Track Track,
    string? Variant,
    double Mean,
    double Expected,
    double Score
);
