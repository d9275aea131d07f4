using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Simulation.Checks;

/// <summary>canary.control as an agent sees it that honours ids and epochs.</summary>
internal sealed class AgentView
{
    private readonly Dictionary<string, int> _epochs = [];
    private readonly HashSet<string> _ids = [];
    private readonly HashSet<(string Rollout, string Cluster)> _withdrawn = [];

    public void See(ControlCommand command)
    {
        if (command.Epoch < _epochs.GetValueOrDefault(command.Rollout) || !_ids.Add(command.Id))
            return;
        _epochs[command.Rollout] = command.Epoch;
        if (command.Command == CommandKind.Rollback)
            _withdrawn.Add((command.Rollout, command.Cluster));
        Invariants.Require(
            command.WeightPct == 0 || !_withdrawn.Contains((command.Rollout, command.Cluster)),
            "no command contradicts a rollback",
            () => $"{command.Id} gives {command.Cluster} {command.WeightPct} %"
        );
    }
}
