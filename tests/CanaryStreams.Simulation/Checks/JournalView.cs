using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Simulation.Checks;

/// <summary>What the journal holds, folded as it grows.</summary>
internal sealed class JournalView
{
    private readonly Dictionary<string, RolloutState> _states = [];

    public IEnumerable<KeyValuePair<string, RolloutState>> States => _states;

    public RolloutState Of(string rollout) => _states.GetValueOrDefault(rollout) ?? RolloutState.Initial;

    public void Set(string rollout, RolloutState state) => _states[rollout] = state;

    public bool IsUnknown(string rollout) => !_states.ContainsKey(rollout);

    public bool IsActive(string rollout) => Of(rollout).IsActive;

    /// <summary>Of how many rollouts several clusters have gone together.</summary>
    public int InWaves() => _states.Values.Count(HasGoneTogether);

    /// <summary>How many rollouts have gone on without a cluster that was taken out.</summary>
    public int InPart() => _states.Values.Count(state => state.Clusters.Any(cluster => cluster.Withdrawn is not null));

    public List<(string Rollout, string App)> Active() =>
        [.. _states.Where(one => one.Value.IsActive).Select(one => (one.Key, one.Value.Request!.App))];

    private static bool HasGoneTogether(RolloutState state) =>
        state
            .Clusters.Zip(state.Plan?.Clusters ?? [])
            .Where(one => one.First.IsTouched)
            .GroupBy(one => one.Second.Wave)
            .Any(wave => wave.Key is not null && wave.Count() > 1);
}
