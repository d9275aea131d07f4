using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using static CanaryStreams.Core.Tests.Lanes.Comparison;

namespace CanaryStreams.Core.Tests.Lanes;

public sealed class CompareStageTests
{
    [Fact]
    public void Compare_NoRolloutAndNothingUnusual_NoSignal()
    {
        var lane = new Comparison().WithPast(60);

        lane.Close(61, [(Stable(), Values(0.002)), (Stable("latency_ms"), Values(100))]).ShouldBeEmpty();
    }

    [Fact]
    public void Compare_NoRolloutAndAnAnomaly_OnlyTheAnomalousSeriesIsToldOf()
    {
        var lane = new Comparison().WithPast(120);

        var signal = lane.Close(121, [(Stable(), Values(0.002)), (Stable("latency_ms"), Values(900))])
            .ShouldHaveSingleItem();

        signal.Metric.ShouldBe("latency_ms");
        signal.AnomalyScore.ShouldBeGreaterThan(0.5);
        signal.Rollout.ShouldBeNull();
        signal.Evidence.ShouldBeNull();
        signal.Last.ShouldBeFalse();
        signal.Upper.ShouldBeLessThan(900);
    }

    [Fact]
    public void Compare_UnderARollout_EverySeriesHasASignalAndTheLastOneSaysSo()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60).ShouldBeEmpty();

        for (var minute = 61; minute < 70; minute++)
        {
            var signals = lane.Close(
                minute,
                [
                    (Stable(), Values(0.002)),
                    (Canary(), Values(0.002)),
                    (Stable("latency_ms"), Values(100)),
                    (Stable(cluster: "us"), Values(0.002)),
                ]
            );

            signals
                .Select(s => (s.Cluster, s.Metric, s.Track))
                .ShouldBe([
                    ("eu", "error_rate", Track.Stable),
                    ("eu", "error_rate", Track.Canary),
                    ("eu", "latency_ms", Track.Stable),
                    ("us", "error_rate", Track.Stable),
                ]);
            signals.ShouldAllBe(s => s.Rollout == "r1");
            signals.Select(s => s.Last).ShouldBe([false, false, false, true]);
        }
    }

    [Fact]
    public void Compare_UnderARollout_EvidenceOfCanariesOfMetricsOfThePolicyWithAStableSide()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);

        var signals = lane.Close(
            61,
            [
                (Stable(), Values(0.002)),
                (Canary(), Values(0.002)),
                (Stable("latency_ms"), Values(100)),
                (Canary("latency_ms"), Values(100)),
                (Canary(cluster: "us"), Values(0.002)),
                (Stable(cluster: "ap"), Values(0.002)),
            ]
        );

        signals
            .Where(s => s.Evidence is not null)
            .Select(s => (s.Cluster, s.Metric, s.Track))
            .ShouldBe([("eu", "error_rate", Track.Canary)]);
        signals.Count(s => s.Forecast is not null).ShouldBe(1);
    }

    [Fact]
    public void Compare_ACanaryBesideStable_IsShownBesideWhatStableIsExpectedToBe()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);

        var signals = lane.Close(61, [(Stable(), Values(0.002)), (Canary(), Values(0.02))]);

        signals[0].Expected.ShouldBe(0.002, 1e-3);
        signals[1].Expected.ShouldBe(signals[0].Expected);
        signals[1].Upper.ShouldBe(signals[0].Upper);
    }

    [Fact]
    public void Compare_ACanaryTenTimesWorse_EvidenceGrowsToAnAnomaly()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);

        var worse = lane.Judge(61, 20, 0.02);

        worse[^1].IsAnomaly.ShouldBeTrue();
        worse[^1].EValue.ShouldBeGreaterThan(worse[0].EValue);
        worse[^1].Effect.ShouldBe(0.018, 0.004);
    }

    [Fact]
    public void Compare_ACanaryLikeStable_NoAnomaly()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);

        lane.Judge(61, 60, 0.002).ShouldAllBe(e => !e.IsAnomaly);
    }

    [Fact]
    public void Compare_ACanaryOfAnotherVersion_IsShownAndNotJudged()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);

        var signals = lane.Close(
            61,
            [(Stable(), Values(0.002)), (Canary(version: "1.9"), Values(0.5)), (Canary(), Values(0.002))]
        );

        signals
            .Where(s => s.Metric == "error_rate")
            .Select(s => (s.Version, s.Evidence is not null))
            .ShouldBe([("1.0", false), ("1.9", false), ("2.0", true)]);
    }

    [Fact]
    public void Compare_Silence_IsStaleThenMissing()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);
        lane.Close(61, [(Stable(), Values(0.002)), (Canary(), Values(0.002))])
            .Select(s => s.Quality)
            .ShouldBe([SignalQuality.Ok, SignalQuality.Ok, SignalQuality.Stale]);

        var quality = Enumerable
            .Range(62, 4)
            .Select(minute =>
                lane.Close(minute, [(Stable(), Values(0.002))]).Single(s => s.Track == Track.Canary).Quality
            );

        // Last heard of 10 s before minute 61; the default policy waits for three minutes.
        quality.ShouldBe([SignalQuality.Stale, SignalQuality.Stale, SignalQuality.Missing, SignalQuality.Missing]);
    }

    [Fact]
    public void Compare_AYoungSeries_IsSparseForItsFirstThirtyBuckets()
    {
        var lane = new Comparison();
        lane.Request(0);

        var quality = Enumerable
            .Range(1, 31)
            .Select(minute => lane.Close(minute, [(Stable(), Values(0.002))]).ShouldHaveSingleItem().Quality)
            .ToList();

        quality.Take(29).ShouldAllBe(q => q == SignalQuality.Sparse);
        quality.Skip(29).ShouldAllBe(q => q == SignalQuality.Ok);
    }

    [Fact]
    public void Compare_SyntheticPairs_TheirEvidenceStandsOnTheShareOfFailedRuns()
    {
        var failed = SyntheticMetrics.Failed("buy");
        var lane = new Comparison().WithPast();
        lane.Request(60);

        SignalEvidence? last = null;
        for (var minute = 61; minute <= 90; minute++)
        {
            var signals = lane.Close(
                minute,
                [
                    (Stable(failed), Values(0, 6)),
                    (Canary(failed), Values(0.5, 6)),
                    (Stable(SyntheticMetrics.Duration("buy")), Values(200, 6)),
                    (Canary(SyntheticMetrics.Duration("buy")), Values(200, 6)),
                ],
                [Pairs(bothOk: 3, onlyCanaryFailed: 3)]
            );
            var judged = signals.Where(s => s.Evidence is not null).ShouldHaveSingleItem();
            judged.Metric.ShouldBe(failed);
            judged.Track.ShouldBe(Track.Canary);
            last = judged.Evidence;
        }

        last!.IsAnomaly.ShouldBeTrue();
    }

    [Fact]
    public void Compare_PairsOfAnotherVersion_AreNoEvidence()
    {
        var failed = SyntheticMetrics.Failed("buy");
        var lane = new Comparison().WithPast();
        lane.Request(60);

        var signals = lane.Close(
            61,
            [(Stable(failed), Values(0, 6)), (Canary(failed), Values(0.5, 6))],
            [Pairs(bothOk: 3, onlyCanaryFailed: 3, version: "1.9")]
        );

        signals.ShouldAllBe(s => s.Evidence == null);
    }
}
