using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Lanes;

public class PromotedSeriesTests
{
    private const int Requested = 120;
    private const int Promoted = 125;

    [Fact]
    public void StableSeries_OfARolloutWithoutAWatch_HasNoEvidence()
    {
        var lane = Lane(watch: null);

        Close(lane, Promoted, 0.002, 100).ShouldAllBe(signal => signal.Evidence == null);
    }

    [Fact]
    public void StableSeries_BeforeThePromotion_HasNoEvidence()
    {
        var lane = Lane();
        lane.StableVersion = "1.0";

        Close(lane, Promoted, 0.2, 300).ShouldAllBe(signal => signal.Evidence == null);
    }

    [Fact]
    public void StableSeries_ThatIsAsBefore_IsNoAnomaly()
    {
        var lane = Lane();

        for (var minute = Promoted; minute < Promoted + 60; minute++)
            foreach (var signal in Close(lane, minute, 0.002, 100))
                signal.Evidence.ShouldNotBeNull().IsAnomaly.ShouldBeFalse($"{minute} {signal}");
    }

    [Theory]
    [InlineData("error_rate", 0.03, 100)]
    [InlineData("latency_ms", 0.002, 140)]
    public void StableSeries_ThatIsBadFromThePromotionOn_IsJudgedAgainstTheLevelBefore(
        string metric,
        double errors,
        double latency
    )
    {
        var lane = Lane();
        var last = new List<Signal>();

        for (var minute = Promoted; minute < Promoted + 110; minute++)
            last = Close(lane, minute, errors, latency);

        var signal = last.Single(s => s.Metric == metric);
        signal.Evidence.ShouldNotBeNull().IsAnomaly.ShouldBeTrue();
        signal.Forecast!.PSustained.ShouldBeGreaterThan(0.7);
        signal.Expected.ShouldBe(metric == "error_rate" ? 0.002 : 100, metric == "error_rate" ? 0.0005 : 3);
        last.Single(s => s.Metric != metric).Evidence!.IsAnomaly.ShouldBeFalse();
    }

    [Fact]
    public void StableSeries_ThatTurnsBadLate_IsAnAnomalyWithinMinutes()
    {
        var lane = Lane();
        for (var minute = Promoted; minute < Promoted + 40; minute++)
            Close(lane, minute, 0.002, 100);

        var since = Enumerable
            .Range(Promoted + 40, 15)
            .First(minute => Close(lane, minute, 0.03, 100)[0].Evidence!.IsAnomaly);

        (since - Promoted - 40).ShouldBeLessThan(6);
    }

    [Fact]
    public void StableSeries_AfterARollback_IsJudgedNoMore()
    {
        var lane = Lane();
        Close(lane, Promoted, 0.03, 100);
        lane.StableVersion = "1.0";

        Close(lane, Promoted + 1, 0.002, 100).ShouldAllBe(signal => signal.Evidence == null);
    }

    [Fact]
    public void StableSeries_WhoseInstancesAreReplacedOneAfterTheOther_KeepsTheFirstExpectation()
    {
        var lane = Lane();
        for (var minute = Promoted; minute < Promoted + 30; minute++)
        {
            lane.StableVersion = minute % 2 == 0 ? "1.0" : "2.0";
            Close(lane, minute, 0.002, 140);
        }
        lane.StableVersion = "2.0";

        Close(lane, Promoted + 31, 0.002, 140).Single(s => s.Metric == "latency_ms").Expected.ShouldBe(100, 3);
    }

    [Fact]
    public void StableSeries_ThatNeverHadAnotherVersion_IsNotJudgedByItself()
    {
        var lane = new Comparison { StableVersion = "2.0" }.WithPast(Requested);
        Request(lane, TimeSpan.FromHours(1));

        Close(lane, Promoted, 0.03, 140).ShouldAllBe(signal => signal.Evidence == null);
    }

    [Fact]
    public void StableSeries_WithTooShortAPast_IsNotJudged()
    {
        var lane = Lane(past: 20, requested: 20);

        Close(lane, 30, 0.03, 140).ShouldAllBe(signal => signal.Evidence == null);
    }

    [Fact]
    public void Explanation_DoesNotRuleOutWhatOneSideAloneCannot()
    {
        var lane = Lane();
        var last = new List<Signal>();
        for (var minute = Promoted; minute < Promoted + 30; minute++)
            last = Close(lane, minute, 0.03, 100);

        last[0].Evidence!.Explanation!.SharedIncident.Ruling.ShouldBe(Core.Explanations.Ruling.Unknown);
    }

    [Fact]
    public void LaneGoesOn_ForAWatchLongerThanItsPatienceWithASilentCanary()
    {
        var lane = Lane(TimeSpan.FromHours(3));

        for (var minute = Promoted; minute < Promoted + 180; minute++)
            Close(lane, minute, 0.002, 100).ShouldAllBe(signal => signal.Rollout == "r1" && signal.Evidence != null);
    }

    private static Comparison Lane(TimeSpan? watch) => Lane(watch, Requested, Requested);

    private static Comparison Lane(int past = Requested, int requested = Requested) =>
        Lane(TimeSpan.FromHours(1), past, requested);

    /// <summary>A rollout whose version is stable from the next bucket on.</summary>
    private static Comparison Lane(TimeSpan? watch, int past, int requested)
    {
        var lane = new Comparison().WithPast(past);
        Request(lane, watch, requested);
        for (var minute = requested + 1; minute < requested + 5; minute++)
            lane.Close(minute, [.. Arms(minute, 0.002, 100), (Comparison.Canary(), Comparison.Values(0.002))]);
        lane.StableVersion = "2.0";
        return lane;
    }

    private static void Request(Comparison lane, TimeSpan? watch, int minute = Requested) =>
        lane.Request(
            new RequestRollout(
                DateTimeOffset.FromUnixTimeMilliseconds(LaneTime.At(minute * 60)),
                new RolloutRequest
                {
                    Rollout = "r1",
                    App = Comparison.App,
                    Version = "2.0",
                    Clusters = [new ClusterProfile { Name = "eu" }],
                },
                new Policy { Metrics = [.. Policy.DefaultMetrics.Take(2)], Watch = watch }
            )
        );

    /// <summary>Signals of the two stable series, in the order of their metrics' names.</summary>
    private static List<Signal> Close(Comparison lane, int minute, double errors, double latency) =>
        [.. lane.Close(minute, Arms(minute, errors, latency)).Where(signal => signal.Track == Track.Stable)];

    private static (ArmKey Key, Arm Values)[] Arms(int minute, double errors, double latency)
    {
        var wobble = (minute % 7 - 3) * 1e-4;
        return
        [
            (Comparison.Stable(), Comparison.Values(errors + wobble)),
            (Comparison.Stable("latency_ms"), Comparison.Values(latency + 1e4 * wobble)),
        ];
    }
}
