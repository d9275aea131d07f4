namespace CanaryStreams.Core.Signals;

/// <summary>What stable's past says of a ratio when a rollout begins: from it follows how soon a change could be seen.</summary>
/// <param name="Rate">Usual rate, spells of trouble left out; in [0,1].</param>
/// <param name="PerMinute">Trials a minute.</param>
/// <param name="Minutes">How long the past is.</param>
/// <param name="BucketSeconds">Length of a bucket.</param>
public sealed record StableBaseline(double Rate, double PerMinute, double Minutes, double BucketSeconds);
