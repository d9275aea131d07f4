using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning;

/// <summary>
/// What the clusters that have the version already make of the risk in those that don't. Asked when a wave is finished.
/// Pure, since a replay asks again: the same state has to give the same answer.
/// </summary>
/// <returns>Null where it has nothing to say.</returns>
public delegate RevisedBelief? RiskBelief(RolloutState state);

/// <param name="Model">Which rule or model says so, with its version.</param>
/// <param name="Reason">A sentence: what was seen, and what it changes.</param>
/// <param name="Risks">By cluster, 0..1; one that isn't named keeps the risk that it has.</param>
public sealed record RevisedBelief(string Model, string Reason, IReadOnlyDictionary<string, double> Risks);
