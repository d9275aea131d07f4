using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using static CanaryStreams.Core.Tests.Lanes.Comparison;

namespace CanaryStreams.Core.Tests.Lanes;

/// <summary>What rollouts teach by their outcomes, and what those that come after are told of it.</summary>
public sealed class TeachingTests
{
    private readonly FleetLedger _fleet = new(EvidenceSettings.Default);

    private Comparison Compared(int minutes = 5)
    {
        var lane = new Comparison(_fleet).WithPast();
        lane.Request(60);
        lane.Judge(61, minutes, 0.003);
        return lane;
    }

    /// <summary>So many kept rollouts, the last of them so many minutes after the start.</summary>
    private void Teach(int rollouts, double lastMinute = 0, string metric = "error_rate")
    {
        for (var i = 0; i < rollouts; i++)
            _fleet.Learn(
                Learning.Experiences.Named(
                    $"earlier-{i:D3}",
                    LaneTime.At(lastMinute * 60) - 1000L * (rollouts - 1 - i),
                    Evidence.Arms.Errors with
                    {
                        Name = metric,
                    }
                )
            );
    }

    [Fact]
    public void Report_Good_OneExperienceWithTheArmsThatWereSeen()
    {
        var lane = Compared(15);

        lane.Report(70, Verdict.Good);

        var experience = lane.Experiences.ShouldHaveSingleItem();
        experience.Rollout.ShouldBe("r1");
        experience.App.ShouldBe(App);
        experience.LearntMs.ShouldBe(LaneTime.At(70 * 60));
        var seen = experience.Metrics.ShouldHaveSingleItem();
        seen.Policy.Name.ShouldBe("error_rate");
        seen.StableHistory.Count.ShouldBe(60);
        seen.StableHistory[^1].Mean.ShouldBe(0.002 + (60 % 7 - 3) * 1e-4, 1e-12);
        seen.Buckets.Select(b => b.EndMs).ShouldBe(Enumerable.Range(61, 15).Select(m => LaneTime.At(m * 60)));
        seen.Buckets.ShouldAllBe(b => b.Stable == Values(0.002, 600) && b.Canary == Values(0.003, 600));
    }

    [Fact]
    public void Report_GoodTwice_TeachesOnce()
    {
        var lane = Compared(15);

        lane.Report(70, Verdict.Good);
        lane.Report(71, Verdict.Good);

        lane.Experiences.ShouldHaveSingleItem();
    }

    [Fact]
    public void Report_BadThenGood_TeachesNothing()
    {
        var lane = Compared();

        lane.Report(70, Verdict.Bad);
        lane.Experiences.ShouldBeEmpty();
        lane.Report(71, Verdict.Good);

        lane.Experiences.ShouldBeEmpty();
    }

    [Fact]
    public void Report_UnknownRolloutOrNothingCompared_TeachesNothing()
    {
        var lane = new Comparison(_fleet).WithPast();
        lane.Request(60);

        lane.Report(61, Verdict.Good, "r2");
        lane.Report(61, Verdict.Good);

        lane.Experiences.ShouldBeEmpty();
    }

    [Fact]
    public void Report_NoFleet_TeachesNothing()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);
        lane.Judge(61, 5, 0.002);

        lane.Report(70, Verdict.Good);

        lane.Experiences.ShouldBeEmpty();
    }

    [Fact]
    public void Report_SyntheticPairs_TeachUnderOneName()
    {
        var lane = new Comparison(_fleet).WithPast();
        lane.Request(60);
        for (var minute = 61; minute < 76; minute++)
            lane.Close(
                minute,
                [(Stable(), Values(0.002)), (Canary(), Values(0.002))],
                [Pairs(bothOk: 5, onlyCanaryFailed: 1)]
            );

        lane.Report(70, Verdict.Good);

        var pairs = lane.Experiences.ShouldHaveSingleItem().Metrics.Single(m => m.IsSynthetic);
        pairs.Buckets.Count.ShouldBe(15);
        pairs.Buckets[0].Canary.ShouldBe(new Arm(6, 1.0 / 6, 6, double.NaN));
    }

    [Fact]
    public void Compare_NothingTaught_SignalsNameNeitherModelNorShare()
    {
        Teach(9);

        var canary = CanarySignal(Compared(), 66);

        canary.Models.ShouldBeNull();
        canary.Evidence!.Share.ShouldBeNull();
    }

    [Fact]
    public void Compare_TenTaught_SignalsNameTheModelButTheThresholdIsVilles()
    {
        Teach(10);

        var canary = CanarySignal(Compared(), 66);

        canary.Models.ShouldNotBeNull().ShouldStartWith("fleet/10@");
        canary.Evidence!.Share.ShouldBeNull();
        canary.Evidence.Threshold.ShouldBe(
            1 / Budget.Of(Request(), Policy()).MetricShare,
            0.01 * canary.Evidence.Threshold
        );
    }

    [Fact]
    public void Compare_ThresholdTaught_SignalsNameModelAndShare()
    {
        Teach(20);

        var canary = CanarySignal(Compared(), 66);

        canary.Models.ShouldNotBeNull().ShouldStartWith("fleet/20@");
        var share = canary.Evidence!.Share.ShouldNotBeNull();
        share.ShouldBe(Budget.Of(Request(), Policy()).MetricShare, 1e-3 * share);
        canary.Evidence.Threshold.ShouldBeLessThan(0.5 / share);
    }

    [Fact]
    public void Compare_AnotherMetricTaught_ThisOneIsJudgedAsBefore()
    {
        Teach(20, metric: "latency_ms");

        CanarySignal(Compared(), 66).Evidence!.Share.ShouldBeNull();
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(60.1, false)]
    public void Compare_TaughtAfterTheRequest_IsNotKnown(double minute, bool isKnown)
    {
        Teach(20, minute);
        // The nineteen before it don't teach a threshold.
        var canary = CanarySignal(Compared(), 66);

        (canary.Evidence!.Share is not null).ShouldBe(isKnown);
    }

    private static Signal CanarySignal(Comparison lane, int minute) =>
        lane.Close(minute, [(Stable(), Values(0.002)), (Canary(), Values(0.003))]).Single(s => s.Track == Track.Canary);

    private static RolloutRequest Request() =>
        new()
        {
            Rollout = "r1",
            App = App,
            Version = "2.0",
            Clusters = [new ClusterProfile { Name = "eu" }],
        };

    private static Policy Policy() =>
        new() { Metrics = [.. Policies.Policy.DefaultMetrics.Where(m => m.Name == "error_rate")] };
}
