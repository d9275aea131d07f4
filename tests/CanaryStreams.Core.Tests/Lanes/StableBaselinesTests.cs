using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using static CanaryStreams.Core.Tests.Lanes.Comparison;

namespace CanaryStreams.Core.Tests.Lanes;

/// <summary>What the first signals of a rollout tell of stable's past.</summary>
public sealed class StableBaselinesTests
{
    private static List<Signal> Minute(Comparison lane, int minute) =>
        [
            .. lane.Close(
                minute,
                [
                    (Stable(), Values(0.002)),
                    (Stable("latency_ms"), Values(100)),
                    (Stable("synthetic:buy"), Values(0, 12)),
                    (Canary(), Values(0.002)),
                ]
            ),
        ];

    [Fact]
    public void Compare_FirstBucketsOfARollout_TellStablesPastOfRatiosAndSyntheticRuns()
    {
        var lane = new Comparison().WithPast();
        for (var minute = 61; minute <= 70; minute++)
            Minute(lane, minute);
        lane.Request(70);

        var told = Minute(lane, 71).Where(signal => signal.Baseline is not null).ToList();

        told.Select(signal => (signal.Track, signal.Metric))
            .ShouldBe([(Track.Stable, "error_rate"), (Track.Stable, "synthetic:buy")]);
        told[0].Baseline!.Rate.ShouldBe(0.002, 1e-4);
        told[0].Baseline!.PerMinute.ShouldBe(600);
        told[0].Baseline!.Minutes.ShouldBe(70);
        told[0].Baseline!.BucketSeconds.ShouldBe(60);
        told[1].Baseline!.PerMinute.ShouldBe(12);
    }

    [Fact]
    public void Compare_LaterBuckets_DoNotTellItAgain()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);

        var told = Enumerable.Range(61, 30).Count(minute => Minute(lane, minute).Exists(s => s.Baseline is not null));

        told.ShouldBe(StableBaselines.Told);
    }

    [Fact]
    public void Compare_StableHardlySpokeBefore_TellsNothing()
    {
        var lane = new Comparison().WithPast(3);
        lane.Request(3);

        Minute(lane, 4).ShouldAllBe(signal => signal.Baseline == null);
    }
}
