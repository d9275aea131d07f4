using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Lanes;
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

    [Fact]
    public void Score_AnApplicationWithoutARollout_StaysCompact()
    {
        var lane = new Comparison().WithPast(60);
        lane.Request(60, app: "another");

        var scored = lane.Score(61, [(Stable(), Values(0.002)), (Canary(), Values(0.002))]);

        scored.Scores.ShouldAllBe(score => score.Tier == DetectorTier.Compact);
    }

    [Fact]
    public void Score_ARolloutIsRequested_AllArmsGrowWithTheBucketsThatBelongToIt()
    {
        var lane = new Comparison().WithPast(60);
        lane.Request(61);

        var before = lane.Score(61, [(Stable(), Values(0.002))]);
        var after = lane.Score(62, [(Stable(), Values(0.002))]);
        var silent = lane.Score(63, [(Stable("cpu_pct"), Values(30))]);

        before.Scores.Select(score => score.Tier).Distinct().ShouldBe([DetectorTier.Compact]);
        after.Scores.Select(score => score.Tier).Distinct().ShouldBe([DetectorTier.Full]);
        silent.Scores.Count.ShouldBe(3);
        silent.Scores.Select(score => score.Tier).Distinct().ShouldBe([DetectorTier.Full]);
    }

    [Fact]
    public void Score_ACanaryOfARollout_BeginsWithAllThatStableKnows()
    {
        var lane = new Comparison().WithPast(60);
        lane.Request(61);
        for (var minute = 62; minute < 120; minute++)
            lane.Score(minute, [(Stable(), Values(Wobbly(minute)))]);

        var first = lane.Score(120, [(Stable(), Values(0.002)), (Canary(), Values(0.002))]);
        var second = lane.Score(121, [(Stable(), Values(0.05)), (Canary(), Values(0.05))]);

        var (stable, canary) = (second.Scores[0], second.Scores[1]);
        first
            .Scores[1]
            .ShouldSatisfyAllConditions(
                score => score.Tier.ShouldBe(DetectorTier.Full),
                score => score.IsYoung.ShouldBeFalse()
            );
        canary.Point.Onset.ShouldBeGreaterThan(0);
        canary.Point.Score.ShouldBe(stable.Point.Score, 0.1);
    }

    [Fact]
    public void Score_RequestsReadBeforeAllBucketsAsAfterARewind_GivesTheSameScores()
    {
        var live = Play(60);
        var again = Play(0);

        again.ShouldBe(live);

        static List<ArmScore> Play(int requestBefore)
        {
            var (lane, scores) = (new Comparison(), new List<ArmScore>());
            for (var minute = 1; minute <= 150; minute++)
            {
                if (minute - 1 == requestBefore)
                    lane.Request(60);
                scores.AddRange(lane.Score(minute, Arms(minute)).Scores);
            }
            return scores;
        }

        static IReadOnlyList<(ArmKey Key, Arm Values)> Arms(int minute) =>
            minute <= 65
                ? [(Stable(), Values(Wobbly(minute)))]
                : [(Stable(), Values(Wobbly(minute))), (Canary(), Values(5 * Wobbly(minute)))];
    }

    private static double Wobbly(int minute) => 0.002 + ((minute % 7) - 3) * 1e-4;
}
