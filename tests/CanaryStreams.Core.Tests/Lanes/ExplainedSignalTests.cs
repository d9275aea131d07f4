using CanaryStreams.Core.Explanations;
using CanaryStreams.Core.Signals;
using static CanaryStreams.Core.Tests.Lanes.Comparison;

namespace CanaryStreams.Core.Tests.Lanes;

/// <summary>What a lane says of an anomaly beside its evidence.</summary>
public sealed class ExplainedSignalTests
{
    [Fact]
    public void Judge_AnAnomaly_IsExplainedAndNothingElseIs()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);

        var evidence = lane.Judge(61, 20, 0.02);

        evidence.ShouldContain(e => e.IsAnomaly);
        evidence.ShouldContain(e => !e.IsAnomaly);
        evidence.ShouldAllBe(e => e.Explanation != null == e.IsAnomaly);
        evidence.ShouldAllBe(e => e.Largest >= e.EValue);
    }

    [Fact]
    public void Judge_AnAnomaly_TheTrailShowsStablesPastAndBothArms()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);

        var explained = lane.Judge(61, 20, 0.02)[^1].Explanation.ShouldNotBeNull();

        var trail = explained.Trail;
        trail.Start.ToUnixTimeMilliseconds().ShouldBe(LaneTime.At(30 * 60));
        trail.Canary.ShouldBe([.. Enumerable.Repeat(double.NaN, 30), .. Enumerable.Repeat(0.02, 20)]);
        trail.Stable.Take(30).ShouldAllBe(value => value > 0.0015 && value < 0.0025);
        trail.Stable.Skip(30).ShouldAllBe(value => value == 0.002);
        explained.SharedIncident.Ruling.ShouldBe(Ruling.RuledOut);
        explained.Blip.Ruling.ShouldBe(Ruling.RuledOut);
        explained.WarmUp.Ruling.ShouldBe(Ruling.RuledOut);
    }

    [Fact]
    public void Judge_AfterTheEvidenceFell_TheLargestStays()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);

        var bad = lane.Judge(61, 4, 0.01)[^1];
        var well = lane.Judge(65, 30, 0.002)[^1];

        well.EValue.ShouldBeLessThan(bad.EValue);
        well.Largest.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(bad.EValue);
    }

    [Fact]
    public void Judge_PairsThatFailOnTheCanary_AreExplainedByTheirShares()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);
        SignalEvidence? last = null;
        for (var minute = 61; minute < 91 && last is not { IsAnomaly: true }; minute++)
            last = lane.Close(
                    minute,
                    [(Stable("synthetic:buy"), Values(0, 4)), (Canary("synthetic:buy"), Values(0.5, 4))],
                    [Pairs(2, 2)]
                )
                .Single(signal => signal.Version == "2.0")
                .Evidence;

        var explained = last.ShouldNotBeNull().Explanation.ShouldNotBeNull();
        explained.SharedIncident.StableSince.ShouldBe(0);
        explained.SharedIncident.CanarySince.ShouldBe(0.5);
        explained.Trail.Stable.ShouldAllBe(value => value == 0);
    }
}
