using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Simulation.Fleet;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Replay;

namespace CanaryStreams.Engine.Simulation;

/// <summary>Planning by a policy alone, which learns nothing.</summary>
public sealed class PolicyArm(string name, Policy policy, Func<RolloutRequest, RolloutRequest> ask) : IPlanningArm
{
    public string Name => name;

    /// <summary>5, 25 and 50 per cent, then all, in each cluster in the order of the request.</summary>
    public static PolicyArm FixedSteps() => new("fixed steps", FleetPolicies.FixedSteps, WithoutRanking);

    /// <summary>Steps, order and thresholds by the planner's rule of thumb.</summary>
    public static PolicyArm RuleOfThumb() => new("rule of thumb", FleetPolicies.Planned, request => request);

    /// <summary>The same judge for all: what the fleet taught its evidence is left out of the comparison.</summary>
    public ReplayRun Start(StreamSettings settings, Action<OutputRecord> write) =>
        new(
            settings,
            new Dictionary<string, Policy> { [policy.Name] = policy },
            DetectorModels.Default,
            NoFleet.Instance,
            assumeAcks: false,
            encodesSignals: false,
            write
        );

    public RolloutRequest Ask(RolloutRequest request) => ask(request);

    public void Learn(ClusterOutcome outcome) { }

    /// <summary>
    /// The planner sorts clusters by load and instances, and takes the order of the request where they are alike: so they
    /// are left out of it.
    /// </summary>
    private static RolloutRequest WithoutRanking(RolloutRequest request) =>
        request with
        {
            Clusters = [.. request.Clusters.Select(cluster => cluster with { LoadPct = null, Instances = null })],
        };
}
