using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Explanations;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Tests.Evidence;

namespace CanaryStreams.Core.Tests.Explanations;

/// <summary>Latency of about 100, a bucket a minute; the reading is made up, since only its onset and sizes are looked at.</summary>
public class EvidenceRecorderTests
{
    private const double LongestBlip = 3;

    private static EvidenceRecorder Recorder(MetricPolicy? policy = null, int history = 40) =>
        new(
            policy ?? Arms.Latency,
            [.. Enumerable.Range(0, history).Select(_ => Arms.Level(100))],
            LongestBlip,
            EvidenceSettings.Default
        );

    private static EvidenceReading Reading(int? onset, double bucketEffect, double logE = 8) =>
        new(logE, 6, bucketEffect, 0, 1, true, onset * 60_000L, bucketEffect);

    /// <summary>Plays so many minutes and explains the last one.</summary>
    private static EvidenceExplanation Play(
        EvidenceRecorder recorder,
        int minutes,
        int? onset,
        Func<int, double> stable,
        Func<int, double> canary
    )
    {
        var reading = Reading(onset, 0);
        for (var minute = 0; minute < minutes; minute++)
        {
            var (s, c) = (stable(minute), canary(minute));
            reading = Reading(onset, c / s - 1);
            recorder.Observe(Arms.Bucket(minute, Arms.Level(s), Arms.Level(c)), reading);
        }
        return recorder.Explain(reading);
    }

    [Fact]
    public void Explain_CanaryAloneGetsWorse_SharedIncidentBlipAndWarmUpAreRuledOut()
    {
        var explained = Play(Recorder(), 40, 20, _ => 100, m => m < 20 ? 101 : 150);

        explained.SharedIncident.ShouldBe(new SharedIncidentCheck(Ruling.RuledOut, 100, 100, 101, 150));
        explained.Blip.ShouldBe(new BlipCheck(Ruling.RuledOut, 20, LongestBlip, 20, 20));
        explained.WarmUp.ShouldBe(new WarmUpCheck(Ruling.RuledOut, 20, 1));
    }

    [Theory]
    [InlineData(120, Ruling.RuledOut)]
    [InlineData(140, Ruling.Possible)]
    [InlineData(60, Ruling.RuledOut)]
    public void Explain_StableMovesAlong_SharedIncidentIsPossibleFromHalfOfTheDistanceOn(double since, Ruling expected)
    {
        var explained = Play(Recorder(), 40, 20, m => m < 20 ? 100 : since, m => m < 20 ? 100 : since + 60);

        explained.SharedIncident.Ruling.ShouldBe(expected);
        explained.SharedIncident.StableSince.ShouldBe(since);
    }

    [Fact]
    public void Explain_WorseIsDown_StableThatFallsIsASharedIncident()
    {
        var policy = Arms.Latency with { Worse = Worse.Down };

        var falling = Play(Recorder(policy), 40, 20, m => m < 20 ? 100 : 60, m => m < 20 ? 100 : 40);
        var rising = Play(Recorder(policy), 40, 20, m => m < 20 ? 100 : 140, m => m < 20 ? 100 : 90);

        falling.SharedIncident.Ruling.ShouldBe(Ruling.Possible);
        rising.SharedIncident.Ruling.ShouldBe(Ruling.RuledOut);
        falling.Blip.Beyond.ShouldBe(20);
    }

    [Fact]
    public void Explain_OnsetWithTheCanary_StablesPastSaysWhatWasBefore()
    {
        var explained = Play(Recorder(), 10, 0, _ => 102, _ => 150);

        explained.SharedIncident.ShouldBe(new SharedIncidentCheck(Ruling.RuledOut, 100, 102, double.NaN, 150));
    }

    [Fact]
    public void Explain_NoPastAtAll_WhetherItIsSharedIsUnknown() =>
        Play(Recorder(history: 0), 10, 0, _ => 100, _ => 150).SharedIncident.Ruling.ShouldBe(Ruling.Unknown);

    [Theory]
    [InlineData(3, Ruling.Possible)]
    [InlineData(4, Ruling.RuledOut)]
    public void Explain_ADifferenceNoLongerThanBlips_MayBeOne(int lasted, Ruling expected)
    {
        var explained = Play(Recorder(), 20 + lasted, 20, _ => 100, m => m < 20 ? 100 : 200);

        explained.Blip.ShouldBe(new BlipCheck(expected, lasted, LongestBlip, lasted, lasted));
    }

    [Fact]
    public void Explain_AColdStartThatDecays_IsNotRuledOut()
    {
        var explained = Play(Recorder(), 14, 0, _ => 100, m => 100 + 80 * Math.Exp(-m / 4.0));

        explained.WarmUp.Ruling.ShouldBe(Ruling.Possible);
        explained.WarmUp.RecentShare.ShouldBeLessThan(0.3);
    }

    [Theory]
    [InlineData(5, Ruling.Unknown)]
    [InlineData(6, Ruling.RuledOut)]
    public void Explain_AYoungDifference_CantSayWhetherItDecays(int lasted, Ruling expected) =>
        Play(Recorder(), lasted, 0, _ => 100, _ => 150).WarmUp.Ruling.ShouldBe(expected);

    [Fact]
    public void Explain_ADecayFarFromTheStart_IsNoWarmUp()
    {
        var explained = Play(Recorder(), 30, 16, _ => 100, m => m < 16 ? 100 : 100 + 80 * Math.Exp(-(m - 16) / 4.0));

        explained.WarmUp.Ruling.ShouldBe(Ruling.RuledOut);
        explained.WarmUp.BeganAfterMinutes.ShouldBe(16);
    }

    [Fact]
    public void Explain_NoOnset_SaysNothingOfBlipAndWarmUp()
    {
        var explained = Play(Recorder(), 10, null, _ => 100, _ => 150);

        explained.Blip.ShouldBe(new BlipCheck(Ruling.Unknown, 0, LongestBlip, 0, 0));
        explained.WarmUp.Ruling.ShouldBe(Ruling.Unknown);
    }

    [Fact]
    public void Explain_AfterAWhile_TheTrailIsTheLastHour()
    {
        var trail = Play(Recorder(), 100, 90, m => 100 + m, m => 200 + m).Trail;

        trail.Start.ToUnixTimeMilliseconds().ShouldBe(40 * 60_000);
        trail.BucketSeconds.ShouldBe(60);
        trail.Stable.ShouldBe(Enumerable.Range(40, 60).Select(m => 100.0 + m));
        trail.Canary.ShouldBe(Enumerable.Range(40, 60).Select(m => 200.0 + m));
        trail.LogE.ShouldAllBe(logE => logE == 8);
    }

    [Fact]
    public void Explain_AYoungCanary_TheTrailBeginsWithStablesLastHalfHour()
    {
        var trail = Play(Recorder(), 2, 0, _ => 100, _ => 150).Trail;

        trail.Start.ToUnixTimeMilliseconds().ShouldBe(-30 * 60_000);
        trail.Canary.ShouldBe([.. Enumerable.Repeat(double.NaN, 30), 150, 150]);
        trail.LogE.ShouldBe([.. Enumerable.Repeat(double.NaN, 30), 8, 8]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(500)]
    public void Explain_BucketsWithoutComparison_AreEmptyInTheTrail(int missed)
    {
        var recorder = Recorder(history: 0);
        recorder.Observe(Arms.Bucket(0, Arms.Level(100), Arms.Level(100)), Reading(0, 0));
        recorder.Observe(Arms.Bucket(missed + 1, Arms.Level(100), Arms.Level(100)), Reading(0, 0));

        var trail = recorder.Explain(Reading(0, 0)).Trail;

        var kept = Math.Min(missed + 2, EvidenceTrail.BucketsMax);
        trail.Canary.Count.ShouldBe(kept);
        trail.Canary.Skip(missed + 2 > kept ? 0 : 1).SkipLast(1).ShouldAllBe(value => double.IsNaN(value));
        trail.Start.AddMinutes(kept).ToUnixTimeMilliseconds().ShouldBe((missed + 2) * 60_000L);
    }

    [Fact]
    public void LargestLogE_IsWhatTheProcessHasReached()
    {
        var recorder = Recorder();
        double[] logs = [-1, 4, 2];
        for (var minute = 0; minute < logs.Length; minute++)
            recorder.Observe(Arms.Bucket(minute, Arms.Level(100), Arms.Level(100)), Reading(0, 0, logs[minute]));

        recorder.LargestLogE.ShouldBe(4);
    }

    [Fact]
    public void Trails_WithTheSameContent_AreEqual()
    {
        var one = Play(Recorder(), 40, 20, _ => 100, _ => 150);
        var other = Play(Recorder(), 40, 20, _ => 100, _ => 150);
        var longer = Play(Recorder(), 41, 20, _ => 100, _ => 150);

        other.ShouldBe(one);
        other.GetHashCode().ShouldBe(one.GetHashCode());
        longer.ShouldNotBe(one);
    }
}
