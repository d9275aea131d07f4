using static CanaryStreams.Core.Tests.Lanes.Comparison;

namespace CanaryStreams.Core.Tests.Lanes;

public sealed class ProfileStageTests
{
    [Fact]
    public void Score_ANewCanary_IsExpectedToBeLikeStable()
    {
        var lane = new Comparison().WithPast(60);

        var scored = lane.Score(61, [(Stable(), Values(0.002)), (Canary(), Values(0.05))]);

        var canary = scored.Scores[1];
        canary.IsYoung.ShouldBeFalse();
        canary.Point.Expected.ShouldBe(0.002, 5e-4);
        canary.Point.Score.ShouldBeGreaterThan(scored.Scores[0].Point.Score);
    }

    [Fact]
    public void Score_ACanaryWithNoStableSide_BeginsWithNothing()
    {
        var lane = new Comparison().WithPast(60);

        var scored = lane.Score(61, [(Stable(), Values(0.002)), (Canary(cluster: "us"), Values(0.05))]);

        var canary = scored.Scores[^1];
        scored.Bucket.Arms[^1].Key.Cluster.ShouldBe("us");
        canary.IsYoung.ShouldBeTrue();
        canary.Point.Expected.ShouldBe(double.NaN);
    }

    [Fact]
    public void Score_WhatTheCanaryDoes_DoesNotMoveStablesProfile()
    {
        var alone = new Comparison().WithPast(60);
        var beside = new Comparison().WithPast(60);

        for (var minute = 61; minute < 90; minute++)
        {
            var expected = alone.Score(minute, [(Stable(), Values(0.002))]);
            var actual = beside.Score(minute, [(Stable(), Values(0.002)), (Canary(), Values(0.5))]);

            actual.Scores[0].ShouldBe(expected.Scores[0]);
        }
    }

    [Fact]
    public void Score_AnEmptyBucket_ScoresNothingAndMakesNobodyOlder()
    {
        var lane = new Comparison();
        for (var minute = 1; minute <= 29; minute++)
            lane.Score(minute, [(Stable(), Values(0.002))]);

        for (var minute = 30; minute < 60; minute++)
        {
            var silent = lane.Score(minute, []).Scores[0];
            silent.IsYoung.ShouldBeTrue();
            silent.Point.Score.ShouldBe(0);
        }
        lane.Score(60, [(Stable(), Values(0.002))]).Scores[0].IsYoung.ShouldBeFalse();
    }
}
