using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Simulation.Fleet;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Replay;

namespace CanaryStreams.Engine.Simulation;

/// <summary>
/// Planning by the impact model. It begins with what is believed without outcomes, and learns anew whenever there is a tenth
/// more of them.
/// </summary>
public sealed class LearningArm : IPlanningArm
{
    private const double Growth = 1.1;
    private const int LeastRows = 20;

    private readonly List<ClusterOutcome> _rows = [];
    private IImpact _impact = Learnt([]);
    private int _learntAt;

    public string Name => "learning";

    public ReplayRun Start(StreamSettings settings, Action<OutputRecord> write) =>
        new(
            settings,
            new Dictionary<string, Policy> { [FleetPolicies.Planned.Name] = FleetPolicies.Planned },
            DetectorModels.Default,
            NoFleet.Instance,
            assumeAcks: false,
            encodesSignals: false,
            write,
            () => _impact
        );

    public RolloutRequest Ask(RolloutRequest request) => request;

    public void Learn(ClusterOutcome outcome)
    {
        _rows.Add(outcome);
        if (_rows.Count < Math.Max(LeastRows, Growth * _learntAt))
            return;
        _learntAt = _rows.Count;
        _impact = Learnt(_rows);
    }

    private static LearntImpact Learnt(List<ClusterOutcome> rows) => new(ImpactTrainer.Train(rows, seed: 1).Model);
}
