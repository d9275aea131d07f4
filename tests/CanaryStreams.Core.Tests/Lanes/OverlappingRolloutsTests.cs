using CanaryStreams.Core.Anomaly;
using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Lanes;

public sealed class OverlappingRolloutsTests
{
    private readonly CompareStage _stage = new(StreamSettings.Default);

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
    public void Process_RolloutOfTheSameVersionAskedForAgain_EvidenceBeginsAnew()
    {
        Send(Requested("shop-2", "2", minute: 0));
        for (var minute = 1; minute <= 10; minute++)
            Send(Bucket(minute, canaryErrors: 0.5));
        var broken = Send(Bucket(11, canaryErrors: 0.5)).Single(signal => signal.Track == Track.Canary);
        Send(Requested("shop-2-again", "2", minute: 11));
        var repaired = Send(Bucket(12)).Single(signal => signal.Track == Track.Canary);

        broken.Evidence!.IsAnomaly.ShouldBeTrue();
        repaired.Evidence!.EValue.ShouldBeLessThan(10);
        repaired.Rollout.ShouldBe("shop-2-again");
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
    public void Process_RolloutCancelled_NoMoreSignals()
    {
        Send(Requested("shop-2", "2", minute: 0));
        Send(Bucket(minute: 1)).Count.ShouldBe(2);
        Send(new RolloutUpdate("shop-2", new CancelRollout(Time(1), "somebody", null)));

        Send(Bucket(minute: 2)).ShouldBeEmpty();
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
        var score = new ArmScore(new ScoredPoint(0, 0, false, 0, 0, 0), IsYoung: false);
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
