namespace CanaryStreams.Core.Planning;

/// <summary>How soon one change of one ratio would be seen.</summary>
/// <param name="From">Stable's usual rate, in [0,1].</param>
/// <param name="To">The canary's.</param>
/// <param name="Minutes">Median time until it is evidence, from the canary's first minute on; null where it isn't by <c>decideBy</c>.</param>
/// <param name="LargestWeightMinutes">The same at the largest weight that bakes; null where it is seen before, or isn't then either.</param>
public sealed record EffectOutlook(double From, double To, double? Minutes, double? LargestWeightMinutes);

/// <param name="PerMinute">Trials a minute in the cluster, canary and stable together.</param>
/// <param name="Grave">A change that nobody would want to miss.</param>
/// <param name="Small">One of one and a half minEffects; null where not even the grave one is seen by <c>decideBy</c>.</param>
public sealed record MetricOutlook(string Metric, double PerMinute, EffectOutlook Grave, EffectOutlook? Small);

/// <summary>What synthetic pairs could see.</summary>
/// <param name="PairsPerMinute">As stable ran them lately; where it ran none, how many are reckoned with.</param>
/// <param name="AreRunning">False where stable ran none.</param>
/// <param name="FailingShare">Share of the canary's runs that fail, in [0,1].</param>
/// <param name="Minutes">Median time until that is evidence; null where it isn't by <c>decideBy</c>.</param>
public sealed record SyntheticOutlook(double PairsPerMinute, bool AreRunning, double FailingShare, double? Minutes);

/// <summary>What the first step of a rollout can see of its ratios by the time that it has to decide.</summary>
/// <param name="WeightPct">The step's canary weight.</param>
/// <param name="LargestWeightPct">The largest weight that bakes.</param>
/// <param name="DecideByMinutes">Time that a step has.</param>
/// <param name="Synthetic">Null where the policy doesn't let synthetic pairs roll back.</param>
public sealed record Outlook(
    string Cluster,
    int WeightPct,
    int LargestWeightPct,
    double DecideByMinutes,
    IReadOnlyList<MetricOutlook> Metrics,
    SyntheticOutlook? Synthetic
);
