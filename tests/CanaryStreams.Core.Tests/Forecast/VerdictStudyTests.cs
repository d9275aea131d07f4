using CanaryStreams.Core.Forecast;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Forecast;

public class VerdictStudyTests
{
    private const double FailureThreshold = 0.6;

    private static List<Verdict> Judge(ulong seed, int count, IReadOnlyList<RolloutFamily> families) =>
        [
            .. RolloutSimulator
                .Rollouts(seed, count, families)
                .Select(r => VerdictStudy.Judge(r, FailureForecaster.Default, FailureThreshold)),
        ];

    [Fact]
    public void Judge_HealthyRollouts_AreLeftAlone()
    {
        var verdicts = Judge(90_001, 216, RolloutFamilies.Parse("healthy"));
        verdicts.Count(v => v.IsFalse).ShouldBeLessThanOrEqualTo(4);
    }

    [Fact]
    public void Judge_TenfoldErrorsAtSixtyRequestsAMinute_AreCaughtWithinTheStep()
    {
        var verdicts = Judge(90_002, 100, [RolloutFamily.FaultyErrorsTenfold]);
        var table = VerdictStudy.Summarise(verdicts).ShouldHaveSingleItem();
        table.Caught.ShouldBeGreaterThanOrEqualTo(90);
        table.MedianDelayMinutes.ShouldNotBeNull().ShouldBeLessThan(20);
    }

    [Fact]
    public void Judge_OneOfEachFault_IsMostlyCaughtAndALeakBeforeItHurts()
    {
        var table = VerdictStudy.Summarise(Judge(90_003, 54, RolloutFamilies.Parse("faulty")));
        table.Sum(t => t.Caught).ShouldBeGreaterThan(45);
        table
            .Single(t => t.Family == RolloutFamily.FaultyMemoryLeak)
            .MedianLeadMinutes.ShouldNotBeNull()
            .ShouldBeGreaterThan(15);
    }

    [Fact]
    public void Verdict_BeforeTheOnset_IsFalse()
    {
        var rollout = RolloutSimulator.Rollouts(1, 40, [RolloutFamily.FaultyCpu]).First(r => r.OnsetMinute > 5);
        new Verdict(rollout, 2, "cpu_pct").IsFalse.ShouldBeTrue();
        new Verdict(rollout, 2, "cpu_pct").Delay.ShouldBeNull();
        new Verdict(rollout, null, null).IsFalse.ShouldBeFalse();
        new Verdict(rollout, 50, "cpu_pct").Delay.ShouldBe(50 - rollout.OnsetMinute);
    }
}
