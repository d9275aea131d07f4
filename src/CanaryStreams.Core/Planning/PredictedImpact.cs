using System.Text.Json.Serialization;
using CanaryStreams.Core.Planning.Impact;

namespace CanaryStreams.Core.Planning;

/// <summary>What a model predicts of an update in a cluster beside its risk, before anything is sent.</summary>
/// <param name="RiskLower">Lower end of a 95 % interval of the risk; wide where few outcomes of such cases are known.</param>
/// <param name="RiskUpper">Upper end of it.</param>
/// <param name="Metrics">Of each metric that outcomes told effects of, by name; null where there is none.</param>
public sealed record PredictedImpact(
    double RiskLower,
    double RiskUpper,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MetricImpact>? Metrics = null
);
