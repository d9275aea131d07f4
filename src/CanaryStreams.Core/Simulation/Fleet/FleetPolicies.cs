using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>Policies for the simulated fleet: the same judge and the same times, other plans.</summary>
public static class FleetPolicies
{
    /// <summary>Between the planner's thresholds for no risk and for the highest.</summary>
    private const double FixedThreshold = 0.6;

    /// <summary>Everything is planned from the risk.</summary>
    public static Policy Planned { get; } =
        new()
        {
            Bake = TimeSpan.FromMinutes(10),
            DecideBy = TimeSpan.FromMinutes(30),
            Inconclusive = Inconclusive.Rollback,
            FalseRollbackBudget = 0.01,
            Horizon = TimeSpan.FromMinutes(15),
            SyntheticRollsBack = false,
            Metrics = FleetScenario.Metrics,
        };

    /// <summary>What most tools have: the same steps for every change, one cluster after the other.</summary>
    public static Policy FixedSteps { get; } =
        Planned with
        {
            Steps = [5, 25, 50, 100],
            FailureThreshold = FixedThreshold,
            Waves = WaveRule.OneByOne,
        };

    /// <summary>The policy file that goes with the fleet's records.</summary>
    public static string FixedYaml =>
        """
            policies:
              default:
                steps: [5, 25, 50, 100]
                bake: 10m
                decideBy: 30m
                inconclusive: rollback
                falseRollbackBudget: 0.01
                failureThreshold: 0.6
                waves: one-by-one
                horizon: 15m
                synthetic: { rollsBack: off }
                metrics:
                  error_rate: { kind: ratio, worse: up, minEffect: 0.002 }
                  latency_ms: { kind: mean,  worse: up, minEffect: 5% }

            """;
}
