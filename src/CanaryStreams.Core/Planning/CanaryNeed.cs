using System.Text.Json.Serialization;

namespace CanaryStreams.Core.Planning;

/// <summary>What a canary in one cluster needs so that the evidence can decide on it, by the traffic there.</summary>
/// <param name="PerMinute">Trials a minute in the cluster, canary and stable together: of its ratios the one that has fewest.</param>
/// <param name="LeastWeightPct">
/// Weight in per cent, 1..<see cref="CanaryNeeds.MostWeightPct"/>, below which a grave change of some ratio isn't seen by
/// <c>decideBy</c>; null where no canary is large enough for any of them.
/// </param>
/// <param name="Unseen">Ratios of which no canary could show even a grave change; null where there are none.</param>
/// <param name="PairsPerMinute">
/// Where some are unseen: synthetic runs a minute from which those would show a failing canary; null where they can't either,
/// or the policy doesn't let them roll back.
/// </param>
public sealed record CanaryNeed(
    string Cluster,
    double PerMinute,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? LeastWeightPct,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Unseen = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? PairsPerMinute = null
);
