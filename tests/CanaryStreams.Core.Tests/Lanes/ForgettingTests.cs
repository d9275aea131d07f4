using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Lanes;

/// <summary>What is gone for good takes no memory: versions come and go for as long as a lane lives.</summary>
public sealed class ForgettingTests
{
    private const int Hour = 3600;

    [Fact]
    public void Process_AVersionAnHour_ArmsAreNumberedAnewAndNotEverHigher()
    {
        var lane = new LaneTime();
        var highest = 0;

        for (var version = 0; version < 30; version++)
        {
            var stable = lane.Series("shop", "eu", Track.Stable);
            var canary = lane.Series("shop", "eu", Track.Canary, version: $"2.{version}");
            for (var second = 0; second < Hour; second += 30)
            {
                foreach (
                    var bucket in lane.Send([
                        (stable, version * Hour + second, 1),
                        (canary, version * Hour + second, 1),
                    ])
                )
                {
                    bucket.Arms.Count.ShouldBeLessThanOrEqualTo(3);
                    highest = Math.Max(highest, bucket.Arms.Max(arm => arm.Id));
                }
            }
        }

        // Stable, the canary, the one before it and the one before that, which is forgotten in the next bucket.
        highest.ShouldBe(3);
    }

    [Fact]
    public void Process_AnArmForgottenThatComesBack_IsCountedAgain()
    {
        var lane = new LaneTime();
        var steady = lane.Series("shop", "eu", Track.Stable);
        var guest = lane.Series("shop", "us", Track.Stable);
        lane.Send([(steady, 10, 1), (guest, 10, 5)]);
        for (var second = 40; second < 2 * Hour; second += 30)
            lane.Send([(steady, second, 1)]);

        var back = lane.Send(
            [(steady, 2 * Hour, 1), (guest, 2 * Hour + 1, 7), (steady, 2 * Hour + 80, 1)],
            2 * Hour + 80
        );
        var next = back.Concat(lane.Send([(guest, 2 * Hour + 80, 7)], 2 * Hour + 80)).Last();

        next.EndMs.ShouldBe(LaneTime.At(2 * Hour + 60));
        next.Arms.Select(arm => (arm.Key.Cluster, arm.Values.Mean)).ShouldBe([("eu", 1), ("us", 7)]);
        next.Arms.Select(arm => arm.Id).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void Process_ASilentArmHeardOfInABucketToCome_IsNotForgotten()
    {
        var lane = new LaneTime();
        var steady = lane.Series("shop", "eu", Track.Stable);
        var early = lane.Series("shop", "us", Track.Stable);
        lane.Send([(steady, 10, 1), (early, 200, 3)], clock: 10);

        var closed = new List<AppBucket>();
        for (var second = 40; second < 700; second += 30)
            closed.AddRange(lane.Send([(steady, second, 1)]));

        closed.Take(3).ShouldAllBe(bucket => bucket.Arms.Count == 1);
        closed[3].Arms.Select(arm => arm.Values.Mean).ShouldBe([1, 3]);
    }

    [Fact]
    public void Chain_AnArmForgottenAndItsNumberGivenToAnother_TheOtherBeginsWithNothingOfIt()
    {
        var lane = new LaneTime();
        var profile = new ProfileStage();
        var gone = lane.Series("shop", "us", Track.Stable, metric: "latency_ms");
        var steady = lane.Series("shop", "eu", Track.Stable);
        for (var second = 0; second < Hour; second += 30)
            Score(lane.Send([(gone, second, 900), (steady, second, 1)]));
        for (var second = Hour; second < 3 * Hour; second += 30)
            Score(lane.Send([(steady, second, 1)]));

        var late = lane.Series("shop", "ap", Track.Canary, metric: "latency_ms", version: "2.0");
        Score(lane.Send([(late, 3 * Hour, 5), (steady, 3 * Hour, 1)]));
        var scored = Score(lane.Send([(late, 3 * Hour + 75, 5), (steady, 3 * Hour + 75, 1)]));

        var bucket = scored.Items[^1].Bucket!;
        bucket.Bucket.Arms[0].Key.Cluster.ShouldBe("ap");
        bucket.Bucket.Arms[0].Id.ShouldBe(0);
        bucket.Scores[0].IsYoung.ShouldBeTrue();
        bucket.Scores[0].Point.Expected.ShouldBe(double.NaN);
        bucket.Scores[1].IsYoung.ShouldBeFalse();

        LaneBatch<ScoredItem> Score(IReadOnlyList<AppBucket> closed) =>
            profile.Process(
                new LaneBatch<BucketedItem>(
                    [.. closed.Select(b => new BucketedItem(b, null))],
                    [],
                    new LaneInput([], 0, false)
                )
            );
    }

    [Fact]
    public void Process_StableBackToTheVersionBefore_ItIsCalledByIt()
    {
        var lane = new LaneTime();
        var one = lane.Series("shop", "eu", Track.Stable, version: "1");
        var two = lane.Series("shop", "eu", Track.Stable, version: "2");

        var closed = lane.Send([(one, 10, 1), (two, 70, 1), (one, 130, 1), (one, 190, 1), (one, 250, 1)]);

        closed.Select(bucket => bucket.Arms[0].Version).ShouldBe(["2", "1", "1", "1"]);
    }

    [Fact]
    public void Process_AVersionHeardOfLaterInTheBatch_DoesNotNameEarlierBuckets()
    {
        var items = new List<DecodedItem>();
        var lane = new LaneTime();
        var one = lane.Series("shop", "eu", Track.Stable, version: "1");
        var two = lane.Series("shop", "eu", Track.Stable, version: "2");
        items.Add(Reading(one, 10));
        items.Add(new DecodedItem(0, default, Run(20)));
        items.Add(Reading(one, 75));
        items.Add(Reading(two, 140));

        var closed = lane.Send(items, clock: 140);

        closed[0].Arms.First(arm => arm.Key.Metric == "error_rate").Version.ShouldBe("1");

        static DecodedItem Reading(int series, double second) =>
            new(0, new Measurement(series, LaneTime.At(second), 1, 1));
        static TransactionResult Run(double second) =>
            new(LaneTime.At(second), "shop", "eu", "1", Track.Stable, null, "buy", "run", 100, true, null, []);
    }

    [Fact]
    public void Process_ARunWhoseSeriesFindNoRoom_IsRejectedAndTheRestGoesOn()
    {
        var series = new SeriesTable(capacity: 2);
        var stage = new BucketStage(new StreamSettings(), series);
        var known = series.Intern(new SeriesKey("shop", "eu", "1", Track.Stable, null, "error_rate"));
        var record = new RawRecord(Topics.Transactions, 0, 7, 0, default, new byte[] { 1, 2 }, null);
        var run = new TransactionResult(
            LaneTime.At(5),
            "shop",
            "eu",
            "1",
            Track.Stable,
            null,
            "buy",
            "run",
            100,
            true,
            null,
            []
        );

        var output = stage.Process(
            new LaneBatch<DecodedItem>(
                [
                    new DecodedItem(0, default, run),
                    new DecodedItem(0, new Measurement(known, LaneTime.At(10), 1, 1)),
                    new DecodedItem(0, new Measurement(known, LaneTime.At(80), 1, 1)),
                ],
                [],
                new LaneInput([record], LaneTime.At(80), false)
            )
        );

        output.Rejects.ShouldHaveSingleItem().Reason.ShouldStartWith("the lane holds its 2 series already");
        output.Items.ShouldHaveSingleItem().Bucket!.Arms[0].Values.Readings.ShouldBe(1);
    }
}
