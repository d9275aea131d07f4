using CanaryStreams.Core.Anomaly;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Baselines;
using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Lanes;

public sealed class OverlappingRolloutsTests
{
    private readonly CompareStage _stage = new(StreamSettings.Default, NoFleet.Instance);

    [Fact]
    public void Process_AnotherRolloutOfTheAppAskedForMeanwhile_TheRunningCanaryIsStillJudged()
    {
        Send(Requested("shop-2", "2", minute: 0));
        var before = Send(Bucket(minute: 1));
        Send(Requested("shop-3", "3", minute: 1));
        var after = Send(Bucket(minute: 2));

        foreach (var signals in new[] { before, after })
        {
            var canary = signals.Single(signal => signal.Track == Track.Canary);
            canary.Evidence.ShouldNotBeNull();
            canary.Rollout.ShouldBe("shop-2");
        }
    }

    [Fact]
    public void Process_SameVersionAskedForWhileItsCanarySpeaks_JudgedAsBefore()
    {
        Send(Requested("shop-2", "2", minute: 0));
        for (var minute = 1; minute <= 10; minute++)
            Send(Bucket(minute, canaryErrors: 0.5));

        Send(Requested("shop-2-again", "2", minute: 10));
        var canary = Send(Bucket(11, canaryErrors: 0.5)).Single(signal => signal.Track == Track.Canary);

        canary.Evidence!.IsAnomaly.ShouldBeTrue();
        canary.Rollout.ShouldBe("shop-2");
    }

    [Fact]
    public void Process_SameVersionAskedForAndItsCanarySilentSince_EvidenceBeginsAnew()
    {
        Send(Requested("shop-2", "2", minute: 0));
        for (var minute = 1; minute <= 10; minute++)
            Send(Bucket(minute, canaryErrors: 0.5));
        Send(Requested("shop-2-again", "2", minute: 10));

        Send(OnlyStable(Bucket(11)));
        var repaired = Send(Bucket(12)).Single(signal => signal.Track == Track.Canary);

        repaired.Evidence!.EValue.ShouldBeLessThan(10);
        repaired.Rollout.ShouldBe("shop-2-again");
    }

    [Fact]
    public void Process_CanaryThatBeginsHoursAfterTheRequest_IsJudged()
    {
        Send(Requested("shop-2", "2", minute: 0));
        for (var minute = 1; minute <= 200; minute++)
            Send(OnlyStable(Bucket(minute)));

        Send(Bucket(minute: 201)).Single(signal => signal.Track == Track.Canary).Evidence.ShouldNotBeNull();
    }

    [Fact]
    public void Process_VariantThatNobodyAskedFor_IsNotJudged()
    {
        Send(Requested("shop-2", "2", minute: 0));
        var bucket = Bucket(minute: 1);
        var unasked = bucket.Bucket.Arms[1] with { Key = bucket.Bucket.Arms[1].Key with { Variant = "b" } };

        Send(bucket with { Bucket = bucket.Bucket with { Arms = [bucket.Bucket.Arms[0], unasked] } })
            .Single(signal => signal.Track == Track.Canary)
            .Evidence.ShouldBeNull();
    }

    [Fact]
    public void Process_RequestMuchOlderThanTheFirstBucketReadAgain_CanaryIsJudged()
    {
        Send(Requested("shop-2", "2", minute: 0));
        Send(OnlyStable(Bucket(minute: 600)));

        Send(Bucket(minute: 601)).Single(signal => signal.Track == Track.Canary).Evidence.ShouldNotBeNull();
    }

    [Fact]
    public void Process_NoCanaryForLongerThanForgetAfter_RolloutIsOver()
    {
        Send(Requested("shop-2", "2", minute: 0));
        Send(OnlyStable(Bucket(minute: 600))).Count.ShouldBe(1);

        Send(OnlyStable(Bucket(minute: 661))).ShouldBeEmpty();
    }

    [Fact]
    public void Process_CancellationThatMayBeRefused_CanaryIsJudgedWhileItSpeaks()
    {
        Send(Requested("shop-2", "2", minute: 0));
        Send(Bucket(minute: 1)).Count.ShouldBe(2);
        Send(new RolloutUpdate("shop-2", new CancelRollout(Time(1), "somebody", null)));

        Send(Bucket(minute: 2)).Single(signal => signal.Track == Track.Canary).Evidence.ShouldNotBeNull();
        Send(OnlyStable(Bucket(minute: 63))).ShouldBeEmpty();
    }

    private IReadOnlyList<Signal> Send(RolloutUpdate update) => Send(new ScoredItem(null, update));

    private IReadOnlyList<Signal> Send(ScoredBucket bucket) => Send(new ScoredItem(bucket, null));

    private IReadOnlyList<Signal> Send(ScoredItem item) =>
        _stage.Process(new LaneBatch<ScoredItem>([item], [], new LaneInput([], 0, false))).Items;

    private static RolloutUpdate Requested(string rollout, string version, int minute)
    {
        var request = new RolloutRequest
        {
            Rollout = rollout,
            App = "shop",
            Version = version,
            Clusters = [new ClusterProfile { Name = "eu" }],
        };
        return new RolloutUpdate(rollout, new RequestRollout(Time(minute), request, new Policy()));
    }

    private static ScoredBucket Bucket(int minute, double canaryErrors = 0)
    {
        var endMs = LaneTime.At(minute * 60);
        var arms = new[] { Arm(0, Track.Stable, 0, endMs), Arm(1, Track.Canary, canaryErrors, endMs) };
        var point = new ScoredPoint(0, 0, false, 0, 0, 0, ProfileQuality.Ok);
        var score = new ArmScore(point, IsYoung: false, DetectorTier.Full);
        return new ScoredBucket(new AppBucket("shop", endMs, arms, []), [score, score]);
    }

    private static ScoredBucket OnlyStable(ScoredBucket scored) =>
        new(scored.Bucket with { Arms = [scored.Bucket.Arms[0]] }, [scored.Scores[0]]);

    private static ArmBucket Arm(int id, Track track, double errors, long endMs)
    {
        var version = track == Track.Stable ? "1" : "2";
        var key = ArmKey.Of(new SeriesKey("shop", "eu", version, track, null, "error_rate"));
        return new ArmBucket(id, key, version, new Arm(200, errors, 1, double.NaN), errors, errors, errors, endMs);
    }

    private static DateTimeOffset Time(int minute) => DateTimeOffset.FromUnixTimeMilliseconds(LaneTime.At(minute * 60));
}
