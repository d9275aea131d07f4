using System.Text.Json.Serialization;
using CanaryStreams.Core.Explanations;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Signals;

/// <summary>How far a signal can be trusted.</summary>
public enum SignalQuality
{
    Ok,

    /// <summary>Fewer readings than the series' usual, or a profile still young.</summary>
    Sparse,

    /// <summary>The last reading is older than the bucket but younger than the policy's patience.</summary>
    Stale,

    /// <summary>No reading for longer than the policy's patience.</summary>
    Missing,
}

/// <summary>One closed bucket of one series, scored: a record of <c>canary.signals</c>.</summary>
public sealed record Signal
{
    /// <summary>The bucket's end.</summary>
    public required DateTimeOffset Time { get; init; }
    public required string App { get; init; }
    public required string Cluster { get; init; }
    public required string Version { get; init; }
    public required Track Track { get; init; }
    public string? Variant { get; init; }
    public required string Metric { get; init; }

    /// <summary>Observations in the bucket; 0 where it is empty.</summary>
    public double N { get; init; }

    /// <summary>Count-weighted mean; NaN (null on the wire) where the bucket is empty, like the quantiles.</summary>
    public double Mean { get; init; } = double.NaN;
    public double P50 { get; init; } = double.NaN;
    public double P95 { get; init; } = double.NaN;
    public double P99 { get; init; } = double.NaN;

    /// <summary>What the profile of stable expected here, and the band in which it expected the value.</summary>
    public double Expected { get; init; } = double.NaN;
    public double Lower { get; init; } = double.NaN;
    public double Upper { get; init; } = double.NaN;

    /// <summary>Stable's past of a ratio or of synthetic runs, for a while after a rollout was requested; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StableBaseline? Baseline { get; init; }

    /// <summary>How unusual the bucket is, in [0,1], from the series' past alone.</summary>
    public double AnomalyScore { get; init; }

    /// <summary>
    /// Canary against concurrent stable. Of a stable series whose version was promoted and is watched: against what was expected
    /// before, which <see cref="Expected"/> is then. Null for other stable series and metrics the policy doesn't name.
    /// </summary>
    public SignalEvidence? Evidence { get; init; }

    /// <summary>Null where <see cref="Evidence"/> is.</summary>
    public SignalForecast? Forecast { get; init; }

    /// <summary>
    /// Of a variant's series: this variant against each of the others that run beside it, in the order of the request; null
    /// elsewhere.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SignalVersus>? Versus { get; init; }

    public SignalQuality Quality { get; init; }

    /// <summary>What came in place of readings, where <see cref="Quality"/> is stale or missing; null where nothing did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SignalFlaw? Flaw { get; init; }

    /// <summary>The rollout that the application is under; null where there is none.</summary>
    public string? Rollout { get; init; }

    /// <summary>True on the last signal of the application's bucket: the bucket can be judged.</summary>
    public bool Last { get; init; }

    /// <summary>
    /// How many signals the bucket has, on its last one: whoever begins to read in its middle knows that something is missing.
    /// Null elsewhere, and from an analyzer that didn't say.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? BucketSignals { get; init; }

    /// <summary>Versions of the models behind evidence and forecast, for the reasons of a decision; null where they have none.</summary>
    public string? Models { get; init; }
}

/// <summary>What the anytime-valid comparison of canary with concurrent stable says after this bucket.</summary>
/// <param name="EValue">e-value of the process so far; ≥ 0, capped at 1e300.</param>
/// <param name="Effect">Estimated difference canary − stable since the likeliest onset, in the metric's unit (ratios: absolute; relative metrics: as a fraction of stable).</param>
/// <param name="EffectLower">Lower end of a 95 % interval of the effect.</param>
/// <param name="EffectUpper">Upper end of it.</param>
/// <param name="Threshold">e-value from which the process counts as evidence: 1 / (this process's share of the budget), or what the fleet made of it.</param>
/// <param name="WorthIt">Whether the estimated effect is at least the policy's minEffect in the bad direction.</param>
/// <param name="Onset">When the difference most likely began; null while there is none.</param>
public sealed record SignalEvidence(
    double EValue,
    double Effect,
    double EffectLower,
    double EffectUpper,
    double Threshold,
    bool WorthIt,
    DateTimeOffset? Onset
)
{
    /// <summary>An anomaly: enough evidence of an effect worth a rollback.</summary>
    public bool IsAnomaly => WorthIt && EValue >= Threshold;

    /// <summary>
    /// This process's share of the false-rollback budget, where what the fleet taught has moved the threshold from 1 / share;
    /// null elsewhere.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Share { get; init; }

    /// <summary>The largest e-value that the process has reached; null from an analyzer that didn't say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Largest { get; init; }

    /// <summary>Where it is an anomaly; null elsewhere, and from an analyzer that didn't say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EvidenceExplanation? Explanation { get; init; }
}

/// <summary>What the forecaster says of the failure that the evidence sees.</summary>
/// <param name="PSustained">P(the failure lasts over the policy's horizon), in [0,1].</param>
/// <param name="MinutesToLimit">When a growing effect reaches minEffect, in minutes; null where it doesn't grow or has.</param>
public sealed record SignalForecast(double PSustained, double? MinutesToLimit);
