using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Simulation.Fleet;
using CanaryStreams.Engine.Simulation;

namespace CanaryStreams.Engine.Tests.Simulation;

public class LearningArmTests
{
    private static readonly FleetScenario s_scenario = FleetScenario.Draw(6, 40);

    [Fact]
    public async Task Run_ManyUpdates_BeginsWithThePriorAndPlansByWhatWasLearntThen()
    {
        var results = await RunAsync();

        results[0].Plan.Model.ShouldBe("impact/causes/0");
        results[^1].Plan.Model.ShouldMatch("^impact/causes/[1-9][0-9]+@");
        results.Select(result => result.Plan.Model).Distinct().Count().ShouldBeGreaterThan(5);
        results.Where(result => !result.Update.IsBad).ShouldAllBe(result => result.MetFault == 0);
        var bad = results.Where(result => result.Update.IsBad).ToList();
        bad.Count(result => result.Outcome == RolloutOutcome.RolledBack).ShouldBeGreaterThan(bad.Count * 2 / 3);
    }

    [Fact]
    public async Task Run_Twice_GivesTheSamePlansAndResults()
    {
        var (first, second) = (await RunAsync(), await RunAsync());

        second.Select(Told).ShouldBe(first.Select(Told));

        static string Told(FleetResult result) =>
            $"{result.Update.Rollout} {result.Outcome} {result.EndMs} {result.MetFault} {result.Plan.Model} "
            + string.Join(", ", result.Plan.Clusters);
    }

    private static Task<IReadOnlyList<FleetResult>> RunAsync() =>
        new FleetLoop(s_scenario, new LearningArm()).RunAsync(TestContext.Current.CancellationToken);
}
