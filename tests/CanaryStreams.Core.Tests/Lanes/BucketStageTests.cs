using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Lanes;

public sealed class BucketStageTests
{
    [Fact]
    public void Process_ReadingsOfOneBucket_MeanWeightedByCount()
    {
        var lane = new LaneTime();
        var series = lane.Series("shop", "eu", Track.Stable);

        var closed = lane.Send(
            [
                new DecodedItem(0, new Measurement(series, LaneTime.At(5), 0.1, 30)),
                new DecodedItem(0, new Measurement(series, LaneTime.At(35), 0.4, 10)),
                new DecodedItem(0, new Measurement(series, LaneTime.At(70), 0.9, 1)),
            ],
            clock: 70
        );

        var bucket = closed.ShouldHaveSingleItem();
        bucket.EndMs.ShouldBe(LaneTime.At(60));
        var arm = bucket.Arms.ShouldHaveSingleItem();
        arm.Values.Count.ShouldBe(40);
        arm.Values.Mean.ShouldBe((0.1 * 30 + 0.4 * 10) / 40, 1e-12);
        arm.Values.Readings.ShouldBe(2);
        arm.Values.Variance.ShouldBe(0.045, 1e-12);
        arm.P50.ShouldBe(0.1);
        arm.P99.ShouldBe(0.4);
    }

    [Fact]
    public void Process_ReadingWithinAllowedLateness_Counted()
    {
        var lane = new LaneTime();
        var series = lane.Series("shop", "eu", Track.Stable);

        lane.Send([(series, 30, 1), (series, 69.9, 5), (series, 59, 3)]).ShouldBeEmpty();
        var closed = lane.Send([(series, 70, 5)]);

        closed.ShouldHaveSingleItem().Arms[0].Values.Mean.ShouldBe(2);
        lane.Rejects.ShouldBeEmpty();
    }

    [Fact]
    public void Process_ReadingOfAClosedBucket_RejectedWithReasonAndOrigin()
    {
        var lane = new LaneTime();
        var series = lane.Series("shop", "eu", Track.Stable);
        lane.Send([(series, 30, 1), (series, 70, 1)]).Count.ShouldBe(1);

        lane.Send([(series, 59, 3)]).ShouldBeEmpty();

        var reject = lane.Rejects.ShouldHaveSingleItem();
        reject.Reason.ShouldStartWith("late: time is ");
        reject.Offset.ShouldBe(7);
        reject.Bytes.ToArray().ShouldBe([1, 2]);
    }

    [Fact]
    public void Process_OneProducerWithAClockInTheFuture_ClosesNobodyElsesBuckets()
    {
        var lane = new LaneTime();
        var good = lane.Series("shop", "eu", Track.Stable);
        var alsoGood = lane.Series("shop", "us", Track.Stable);
        var early = lane.Series("shop", "ap", Track.Stable);

        var closed = new List<AppBucket>();
        for (var second = 0; second < 300; second += 10)
            closed.AddRange(lane.Send([(early, second + 240, 1), (good, second, 1), (alsoGood, second, 1)], second));

        lane.Rejects.ShouldBeEmpty();
        closed.Count.ShouldBe(4);
        closed.ShouldAllBe(bucket => bucket.Arms.Count(a => a.Key.Cluster != "ap" && a.Values.Readings == 6) == 2);
    }

    [Fact]
    public void Process_OneProducerStandsStill_DoesNotHoldTheOthersForLonger()
    {
        var lane = new LaneTime();
        var still = lane.Series("shop", "eu", Track.Stable);
        var moving = lane.Series("shop", "us", Track.Stable);
        lane.Send([(still, 5, 1), (moving, 5, 1)]);

        var closed = new List<AppBucket>();
        for (var second = 10; second <= 600; second += 10)
            closed.AddRange(lane.Send([(moving, second, 1)], second));

        closed.Count.ShouldBeGreaterThanOrEqualTo(4);
        closed[0].Arms.Select(a => a.Key.Cluster).ShouldBe(["eu", "us"]);
    }

    [Fact]
    public void Process_NothingArrives_TheClockCloses()
    {
        var lane = new LaneTime();
        var series = lane.Series("shop", "eu", Track.Stable);
        lane.Send([(series, 30, 1)]);

        lane.Tick(60 + 10 + 29).ShouldBeEmpty();
        lane.Tick(60 + 10 + 30).ShouldHaveSingleItem().Arms[0].Values.Mean.ShouldBe(1);
        var silent = lane.Tick(120 + 10 + 30).ShouldHaveSingleItem();

        silent.Arms[0].Values.IsEmpty.ShouldBeTrue();
        silent.Arms[0].LastMs.ShouldBe(LaneTime.At(30));
    }

    [Fact]
    public void Process_SilentForHours_FallsAsleepAndWakesUpInPlace()
    {
        var lane = new LaneTime();
        var series = lane.Series("shop", "eu", Track.Stable);
        lane.Send([(series, 30, 1)]);

        lane.Tick(10 * 3600).Count.ShouldBe(61);
        lane.Tick(20 * 3600).ShouldBeEmpty();
        var woken = lane.Send([(series, 30 * 3600, 2), (series, 30 * 3600 + 70, 2)]);

        woken.ShouldHaveSingleItem().EndMs.ShouldBe(LaneTime.At(30 * 3600 + 60));
    }

    [Fact]
    public void Process_SameReadingsInOtherBatches_SameBuckets()
    {
        var random = new Random(11);
        var readings = Enumerable
            .Range(0, 600)
            .Select(i => (Series: i % 3, Seconds: i + random.NextDouble() * 8, Value: random.NextDouble()))
            .ToList();

        var whole = Close(readings, readings.Count);
        foreach (var size in new[] { 1, 7, 100 })
            Close(readings, size).ShouldBe(whole);
        whole.Length.ShouldBeGreaterThan(1000);

        static string Close(List<(int Series, double Seconds, double Value)> readings, int size)
        {
            var lane = new LaneTime();
            foreach (var cluster in new[] { "ap", "eu", "us" })
                lane.Series("shop", cluster, Track.Stable);
            var closed = readings.Chunk(size).SelectMany(chunk => lane.Send(chunk, clock: 3600));
            return string.Join(
                '\n',
                closed.SelectMany(b => b.Arms.Select(a => $"{b.EndMs} {a.Id} {a.Values} {a.P95}"))
            );
        }
    }

    [Fact]
    public void Process_TwoVersionsOfStable_OneArmUnderTheNewerVersion()
    {
        var lane = new LaneTime();
        var before = lane.Series("shop", "eu", Track.Stable, version: "1");
        var after = lane.Series("shop", "eu", Track.Stable, version: "2");

        var arm = lane.Send([(before, 10, 1), (after, 20, 3), (after, 75, 3)])
            .ShouldHaveSingleItem()
            .Arms.ShouldHaveSingleItem();

        arm.Values.Mean.ShouldBe(2);
        arm.Version.ShouldBe("2");
    }

    [Fact]
    public void Process_CanariesOfTwoVersions_TwoArms()
    {
        var lane = new LaneTime();
        var old = lane.Series("shop", "eu", Track.Canary, version: "1");
        var now = lane.Series("shop", "eu", Track.Canary, version: "2");

        var bucket = lane.Send([(old, 10, 1), (now, 20, 3), (now, 75, 3)]).ShouldHaveSingleItem();

        bucket.Arms.Select(a => a.Key.CanaryVersion).ShouldBe(["1", "2"]);
    }

    [Fact]
    public void Process_PairedRuns_CountedByOutcomeInTheBucketThatCompletesThem()
    {
        var lane = new LaneTime();
        var items = new List<DecodedItem>();
        Add("a", stable: true, canary: true, 10);
        Add("b", stable: true, canary: false, 20);
        Add("c", stable: false, canary: true, 30);
        Add("d", stable: false, canary: false, 40);
        items.Add(new DecodedItem(0, default, Result("e", Track.Canary, true, 50)));
        items.Add(new DecodedItem(0, default, Result("f", Track.Stable, true, 75)));
        items.Add(new DecodedItem(0, default, Result("g", Track.Canary, true, 75)));

        var bucket = lane.Send(items, clock: 75).ShouldHaveSingleItem();

        bucket.Pairs.ShouldHaveSingleItem().ShouldBe(new PairBucket("eu", "buy", "1", null, 1, 1, 1, 1));
        var failed = bucket.Arms.Single(a =>
            a.Key.Metric == SyntheticMetrics.Failed("buy") && a.Key.Track == Track.Canary
        );
        failed.Values.Mean.ShouldBe(0.4);

        void Add(string run, bool stable, bool canary, double second)
        {
            items.Add(new DecodedItem(0, default, Result(run, Track.Stable, stable, second)));
            items.Add(new DecodedItem(0, default, Result(run, Track.Canary, canary, second + 1)));
        }

        static TransactionResult Result(string run, Track track, bool success, double second) =>
            new(LaneTime.At(second), "shop", "eu", "1", track, null, "buy", run, 100, success, null, []);
    }
}
