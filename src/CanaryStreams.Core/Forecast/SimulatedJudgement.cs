using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Forecast;

/// <summary>What the judge saw of one series of a simulated rollout in one minute of its canary.</summary>
/// <param name="Features">The forecast's features, valid until the next minute.</param>
/// <param name="Sustained">The truth: the effect is beyond minEffect for more than half of the next horizon.</param>
internal readonly record struct JudgedMinute(
    int Minute,
    EvidenceReading Reading,
    SignalForecast Forecast,
    ReadOnlyMemory<double> Features,
    bool Sustained
);

/// <summary>Evidence and forecast of every series of a simulated rollout, minute by minute, as the engine would have them.</summary>
internal static class SimulatedJudgement
{
    private static readonly EvidenceSettings s_settings = EvidenceSettings.Default;

    /// <summary>One enumeration for each metric, then one for the synthetic pairs where there are any.</summary>
    public static IEnumerable<(string Name, IEnumerable<JudgedMinute> Minutes)> Of(
        SimulatedRollout rollout,
        FailureForecaster forecaster,
        double falseRollbackBudget
    )
    {
        var buckets = SimulatedBuckets.Play(rollout);
        var budget = new Budget(falseRollbackBudget, RolloutSimulator.Metrics.Count, 1, 1, syntheticRollsBack: true);
        for (var metric = 0; metric < rollout.Metrics.Count; metric++)
            yield return (
                rollout.Metrics[metric].Policy.Name,
                OfMetric(buckets, metric, forecaster, budget.MetricShare)
            );
        if (rollout.PairsPerMinute > 0)
            yield return (PairsName, OfPairs(buckets, forecaster, budget.SyntheticShare(1)));
    }

    public const string PairsName = "synthetic";
    private const double PairsMinEffect = 0.05;

    private static IEnumerable<JudgedMinute> OfMetric(
        SimulatedBuckets buckets,
        int metric,
        FailureForecaster forecaster,
        double share
    )
    {
        var simulated = buckets.Rollout.Metrics[metric];
        var history = buckets.StableHistory(metric);
        var evidence = MetricEvidenceFactory.Create(simulated.Policy, history, share, s_settings);
        var tracker = new ForecastTracker(simulated.Policy, history, s_settings, forecaster);
        var detector = DetectorAfter(history);
        for (var minute = 0; minute < SimulatedRollout.CanaryMinutes; minute++)
        {
            var bucket = buckets.Bucket(metric, minute);
            var reading = evidence.Observe(bucket);
            var score = detector.Score(bucket.EndMs, bucket.Canary.Mean).Score;
            var forecast = tracker.Observe(reading, score, bucket.Canary.Count, bucket.Canary.IsEmpty);
            var sustained = IsSustained(simulated.IsHurt, minute + 1);
            yield return new JudgedMinute(minute, reading, forecast, tracker.Features, sustained);
        }
    }

    /// <summary>
    /// A canary's detector as the lane has it: it begins with the past of its stable side, which was compact until the
    /// rollout began.
    /// </summary>
    private static SeriesDetector DetectorAfter(IReadOnlyList<Arm> history)
    {
        var detector = new SeriesDetector(ProfileStage.DetectorOf(DetectorModels.Default));
        for (var minute = 0; minute < history.Count; minute++)
            detector.Score((minute + 1 - history.Count) * 60_000L, history[minute].Mean);
        detector.Grow();
        return detector;
    }

    private static IEnumerable<JudgedMinute> OfPairs(
        SimulatedBuckets buckets,
        FailureForecaster forecaster,
        double share
    )
    {
        var rollout = buckets.Rollout;
        var evidence = new PairEvidence(PairsMinEffect, share, s_settings);
        var tracker = new ForecastTracker(PairsMinEffect, s_settings, forecaster);
        var next = 0;
        for (var minute = 0; minute < SimulatedRollout.CanaryMinutes; minute++)
        {
            var endMs = (minute + 1) * 60_000L;
            var (ok, stable, canary, both) = (0, 0, 0, 0);
            for (; next < buckets.Pairs.Count && buckets.Pairs[next].OffsetMs < endMs; next++)
            {
                var pair = buckets.Pairs[next];
                ok += !pair.StableFailed && !pair.CanaryFailed ? 1 : 0;
                stable += pair.StableFailed && !pair.CanaryFailed ? 1 : 0;
                canary += !pair.StableFailed && pair.CanaryFailed ? 1 : 0;
                both += pair.StableFailed && pair.CanaryFailed ? 1 : 0;
            }
            var reading = evidence.Observe(endMs, ok, stable, canary, both);
            var forecast = tracker.Observe(reading, 0, ok + stable + canary + both, missing: false);
            var sustained = IsSustained(
                m => rollout.CanaryRunFails > PairsMinEffect && m >= rollout.RunsFailFromMinute,
                minute + 1
            );
            yield return new JudgedMinute(minute, reading, forecast, tracker.Features, sustained);
        }
    }

    private static bool IsSustained(Func<double, bool> isHurt, int minute)
    {
        var hurt = 0;
        for (var ahead = 0; ahead < s_settings.HorizonBuckets; ahead++)
            hurt += isHurt(minute + ahead + 0.25) ? 1 : 0;
        return 2 * hurt > s_settings.HorizonBuckets;
    }
}
