using CanaryStreams.Core.Planning.Impact;

namespace CanaryStreams.Cli.History;

/// <summary>What one deployment says that another contradicts.</summary>
internal sealed class HistoryCheck
{
    private readonly Dictionary<string, (long Line, ClusterOutcome Outcome)> _rollouts = [];
    private readonly Dictionary<(string Rollout, string Cluster), long> _clusters = [];

    public IEnumerable<string> ProblemsOf(ClusterOutcome outcome, long line)
    {
        if (!_clusters.TryAdd((outcome.Rollout, outcome.Cluster.Name), line))
        {
            var before = _clusters[(outcome.Rollout, outcome.Cluster.Name)];
            yield return $"cluster '{outcome.Cluster.Name}' of rollout '{outcome.Rollout}' is in line {before} already";
        }
        if (_rollouts.TryAdd(outcome.Rollout, (line, outcome)))
            yield break;
        var (first, other) = _rollouts[outcome.Rollout];
        if (other.App != outcome.App)
            yield return $"rollout '{outcome.Rollout}' is of app '{other.App}' in line {first}, of '{outcome.App}' here";
        if (other.Change != outcome.Change)
            yield return $"rollout '{outcome.Rollout}' has another change in line {first}";
    }
}
