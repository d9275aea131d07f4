using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Planning;

/// <summary>
/// When a fault that begins with the canary would become evidence: asked of the evidence itself, so that everything that
/// costs time is in it (priors of onset and size, incidents, blips, warm-up, the share of the budget). It is given the
/// counts to be expected: each hypothesis' log-likelihood is linear in counts, so its path on expected counts is its
/// expected path, and it crosses about when half of random ones have. Of a ratio of many events, which is judged by the
/// noise that its past shows, the arms wobble as real ones do.
/// </summary>
public static class DetectionForecast
{
    private const int HistoryStepsMax = 240;

    /// <summary>
    /// Amplitude of the noise that arms have beyond counting, relative: a deviation of 5 %. A sine that never repeats looks
    /// like noise from bucket to bucket, and is the same on every machine; the arms are out of step.
    /// </summary>
    private const double Wobble = 0.07;
    private const double WobbleStep = 2.4;
    private const int ArmsApart = 17;

    /// <summary>Median minutes until a ratio's evidence is over its threshold; null where it isn't within the time asked for.</summary>
    public static double? OfRatio(DetectionQuestion question)
    {
        if (question is { CanaryPerMinute: <= 0 } or { StablePerMinute: <= 0 } || IsHopeless(question))
            return null;
        var settings = SettingsOf(question.Bucket, question.Horizon, question.Within, question.StepsMax);
        var stable = question.StablePerMinute * settings.BucketMinutes;
        var canary = question.CanaryPerMinute * settings.BucketMinutes;
        var buckets = (int)(question.History.TotalMinutes / settings.BucketMinutes);
        var history = new Arm[Math.Clamp(buckets, 1, HistoryStepsMax)];
        for (var i = 0; i < history.Length; i++)
            history[i] = Expected(question.From, stable + canary, i);
        var evidence = MetricEvidenceFactory.Create(question.Metric, history, question.BudgetShare, settings);
        return FirstAnomaly(
            settings,
            question.Within,
            index =>
                evidence.Observe(
                    new ArmsBucket(
                        index * settings.BucketMs,
                        Expected(question.From, stable, index),
                        Expected(question.To, canary, index + ArmsApart)
                    )
                )
        );
    }

    /// <summary>
    /// Minutes until synthetic pairs, of which the canary's fail and stable's don't, are evidence; null where they aren't by
    /// <c>decideBy</c>.
    /// </summary>
    /// <param name="pairsPerMinute">&gt; 0.</param>
    /// <param name="failingShare">Share of the canary's runs that fail, in [0,1].</param>
    /// <param name="budgetShare">The transaction's share of the budget, in (0,1).</param>
    public static double? OfPairs(
        Policy policy,
        double pairsPerMinute,
        double failingShare,
        double budgetShare,
        TimeSpan bucket
    )
    {
        var settings = SettingsOf(bucket, policy.Horizon, policy.DecideBy, DetectionQuestion.StepsMaxDefault);
        var evidence = new PairEvidence(policy.SyntheticMinEffect, budgetShare, settings);
        var perBucket = pairsPerMinute * settings.BucketMinutes;
        return FirstAnomaly(
            settings,
            policy.DecideBy,
            index =>
            {
                // Whole runs, spread evenly.
                var pairs = Whole(index * perBucket) - Whole((index - 1) * perBucket);
                var failed = Whole(index * perBucket * failingShare) - Whole((index - 1) * perBucket * failingShare);
                failed = Math.Min(failed, pairs);
                return evidence.Observe(index * settings.BucketMs, pairs - failed, 0, failed, 0);
            }
        );
    }

    private static int Whole(double runs) => (int)Math.Floor(runs);

    /// <summary>
    /// Whether not even a comparison with a rate known for certain, n·KL(Bernoulli(to) ‖ Bernoulli(from)) nats a minute,
    /// could reach ln(1/share): the evidence, which learns all it knows, sees later than that.
    /// </summary>
    private static bool IsHopeless(DetectionQuestion question)
    {
        var (from, to) = (question.From, question.To);
        var nats = Divergence(to, from) + Divergence(1 - to, 1 - from);
        return nats * question.CanaryPerMinute * question.Within.TotalMinutes < -Math.Log(question.BudgetShare);
    }

    private static double Divergence(double to, double from) => to <= 0 ? 0 : to * Math.Log(to / from);

    private static EvidenceSettings SettingsOf(TimeSpan bucket, TimeSpan horizon, TimeSpan within, int stepsMax)
    {
        var step = Math.Max(bucket.TotalMilliseconds, within.TotalMilliseconds / stepsMax);
        return new EvidenceSettings
        {
            BucketMs = (long)step,
            HorizonBuckets = Math.Max(1, (int)(horizon.TotalMilliseconds / step)),
        };
    }

    private static double? FirstAnomaly(EvidenceSettings settings, TimeSpan within, Func<int, EvidenceReading> observe)
    {
        for (var index = 1; index * settings.BucketMs <= within.TotalMilliseconds; index++)
        {
            if (observe(index).IsAnomaly)
                return index * settings.BucketMinutes;
        }
        return null;
    }

    private static Arm Expected(double rate, double trials, int index)
    {
        // The noise is the rarer outcome's, as the evidence sees it.
        var rare = Math.Min(rate, 1 - rate) * (1 + Wobble * Math.Sin(WobbleStep * index));
        return new Arm(trials, rate <= 0.5 ? rare : 1 - rare, 2, double.NaN);
    }
}
