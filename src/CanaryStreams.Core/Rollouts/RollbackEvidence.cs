using System.Text.Json.Serialization;
using CanaryStreams.Core.Explanations;

namespace CanaryStreams.Core.Rollouts;

/// <summary>One anomalous metric of one canary, as it stood when it was judged: how far its evidence had come, and what else decides.</summary>
/// <param name="AnomalyScore">Of the deciding signal, 0..1.</param>
/// <param name="PThreshold">P(sustained) from which an anomaly rolls back.</param>
/// <param name="Models">Versions of the models behind the scores; null where the signal names none.</param>
public sealed record RollbackEvidence(
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
    double PSustained,
    [property: JsonPropertyOrder(1)] double AnomalyScore,
    [property: JsonPropertyOrder(1)] double PThreshold,
    [property: JsonPropertyOrder(1)] DateTimeOffset? Onset,
    [property: JsonPropertyOrder(1)] string? Models
)
    : EvidenceStanding(
        Cluster,
        Metric,
        Variant,
        Effect,
        EffectLower,
        EffectUpper,
        EValue,
        Largest,
        EThreshold,
        Share,
        PSustained
    )
{
    /// <summary>What was ruled out, and the trail; in events, not in commands, and null where nobody said.</summary>
    [JsonPropertyOrder(2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EvidenceExplanation? Explanation { get; init; }
}
