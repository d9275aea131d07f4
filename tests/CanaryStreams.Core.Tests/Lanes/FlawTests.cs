using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Core.Telemetry.Decoding;
using static CanaryStreams.Core.Tests.Lanes.Comparison;

namespace CanaryStreams.Core.Tests.Lanes;

/// <summary>Series that speak and can't be judged: too late, of nothing, or with values that are none.</summary>
public sealed class FlawTests
{
    private static ArmBucket ArmOf(AppBucket bucket, Track track) => bucket.Arms.Single(arm => arm.Key.Track == track);

    [Fact]
    public void Process_ReadingsThatAreAlwaysLate_KeepTheirArmAndSayLate()
    {
        var lane = new LaneTime();
        var stable = lane.Series("shop", "eu", Track.Stable);
        var canary = lane.Series("shop", "eu", Track.Canary, version: "2");
        var closed = new List<AppBucket>();
        for (var second = 0; second < 900; second += 30)
        {
            closed.AddRange(lane.Send([(stable, second, 1)]));
            closed.AddRange(lane.Send([(canary, second - 200, 1)], clock: second));
        }

        var late = closed.Skip(5).Select(bucket => ArmOf(bucket, Track.Canary)).ToList();

        late.Count.ShouldBeGreaterThan(5);
        late.ShouldAllBe(arm => arm.Flaw == SignalFlaw.Late && arm.Values.IsEmpty);
    }

    [Fact]
    public void Process_ReadingsOverNoObservation_SayZeroTrafficAndSinceWhen()
    {
        var lane = new LaneTime();
        var stable = lane.Series("shop", "eu", Track.Stable);
        DecodedItem Over(double second, double count) => new(0, new Measurement(stable, LaneTime.At(second), 0, count));

        lane.Send([Over(30, 5)], clock: 30);
        var closed = lane.Send([Over(75, 0), Over(90, 0), Over(140, 0)], clock: 140);

        closed.Select(bucket => bucket.Arms[0].Flaw).ShouldBe([null, SignalFlaw.ZeroTraffic]);
        closed[1].Arms[0].LastMs.ShouldBe(LaneTime.At(90));
        closed[1].Arms[0].LastCountedMs.ShouldBe(LaneTime.At(30));
    }

    [Fact]
    public void Process_AReadingOfNoNumber_IsASignOfLifeAndNothingElse()
    {
        var lane = new LaneTime();
        var stable = lane.Series("shop", "eu", Track.Stable);
        lane.Send([(stable, 30, 1)]);

        var closed = lane.Send([(stable, 65, double.NaN), (stable, 125, double.NaN), (stable, 135, 1)]);
        closed = [.. closed, .. lane.Send([(stable, 200, 1)])];

        closed[1].Arms[0].Flaw.ShouldBe(SignalFlaw.InvalidValue);
        closed[1].Arms[0].Values.IsEmpty.ShouldBeTrue();
        closed[2].Arms[0].Flaw.ShouldBeNull();
        lane.Rejects.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"NaN\"")]
    [InlineData("null")]
    [InlineData("1.5")]
    public void Decode_AValueThatIsRefused_IsRejectedAndPassedOnAsASignOfLife(string value)
    {
        var json =
            $$"""{"time":{{LaneTime.At(0)}},"app":"shop","cluster":"eu","version":"2","track":"canary","metric":"error_rate","value":{{value}}}""";
        var series = new SeriesTable();
        var stage = new DecodeStage(
            series,
            new DecodingLimits(),
            new UpdateDecoder(new Dictionary<string, Policy>()),
            new HashSet<string> { "error_rate" }
        );
        var record = new RawRecord(
            Topics.Telemetry,
            0,
            7,
            LaneTime.At(0),
            default,
            System.Text.Encoding.UTF8.GetBytes(json),
            null
        );

        var decoded = stage.Process(new LaneInput([record], LaneTime.At(0), false));

        decoded.Rejects.ShouldHaveSingleItem();
        var sign = decoded.Items.ShouldHaveSingleItem().Measurement;
        sign.Value.ShouldBe(double.NaN);
        sign.Count.ShouldBe(0);
        series[sign.Series].Track.ShouldBe(Track.Canary);
    }

    [Fact]
    public void Compare_ACanaryWithoutTraffic_IsStaleAndThenMissingWithItsFlaw()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);
        var nothing = Arm.Empty with { Readings = 2 };

        lane.Close(61, [(Stable(), Values(0.002)), (Canary(), Values(0.002))]);
        var canary = new List<Signal>();
        for (var minute = 62; minute < 65; minute++)
        {
            var signals = lane.Close(minute, [(Stable(), Values(0.002)), (Canary(), nothing)]);
            canary.Add(signals.Single(signal => signal.Track == Track.Canary));
            signals.Where(s => s.Metric == "error_rate" && s.Track == Track.Stable).ShouldAllBe(s => s.Flaw == null);
        }

        canary.ShouldAllBe(signal => signal.Flaw == SignalFlaw.ZeroTraffic);
        canary
            .Select(signal => signal.Quality)
            .ShouldBe([SignalQuality.Stale, SignalQuality.Stale, SignalQuality.Missing]);
    }
}
