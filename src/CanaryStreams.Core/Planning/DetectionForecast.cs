using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Planning;

/// <summary>
/// When a fault that begins with the canary would become evidence: asked of the evidence itself, so that everything that
/// costs time is in it (priors of onset and size, incidents, blips, warm-up, the share of the budget). A ratio of few
/// events is given the counts to be expected: each hypothesis' log-likelihood is linear in counts, so its path on
/// expected counts is its expected path, and it crosses about when half of random ones have. A ratio of many events is
/// judged by noise that its past shows, so it is given random counts, a few times over, and the median is taken.
/// </summary>
public static class DetectionForecast
{
    /// <summary>Steps into which a look ahead is divided where buckets are shorter than that.</summary>
    private const int StepsMax = 60;
    private const int HistoryStepsMax = 240;

    /// <summary>Stable's and the canary's events in a bucket from which on they count as many.</summary>
    private const double ManyEvents = 50;
    private const int RandomPaths = 7;

    /// <summary>Noise of an arm from bucket to bucket beyond counting, relative.</summary>
    private const double ArmNoise = 0.05;

    /// <summary>Median minutes until a ratio's evidence is over its threshold; null where it isn't within the time asked for.</summary>
    public static double? OfRatio(DetectionQuestion question)
    {
        if (question is { CanaryPerMinute: <= 0 } or { StablePerMinute: <= 0 } || IsHopeless(question))
            return null;
        var settings = SettingsOf(question.Bucket, question.Horizon, question.Within);
        var perBucket = (question.StablePerMinute + question.CanaryPerMinute) * settings.BucketMinutes;
        if (Math.Min(question.From, 1 - question.From) * perBucket < ManyEvents)
            return OnePath(question, settings, Expected);
        var paths = Enumerable
            .Range(1, RandomPaths)
            .Select(seed => new SeededRandom((ulong)seed))
            .Select(random => OnePath(question, settings, (rate, trials) => Drawn(random, rate, trials)))
            .OrderBy(minutes => minutes ?? double.PositiveInfinity);
        return paths.ElementAt(RandomPaths / 2);
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
        var settings = SettingsOf(bucket, policy.Horizon, policy.DecideBy);
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

    private static EvidenceSettings SettingsOf(TimeSpan bucket, TimeSpan horizon, TimeSpan within)
    {
        var step = Math.Max(bucket.TotalMilliseconds, within.TotalMilliseconds / StepsMax);
        return new EvidenceSettings
        {
            BucketMs = (long)step,
            HorizonBuckets = Math.Max(1, (int)(horizon.TotalMilliseconds / step)),
        };
    }

    /// <param name="arm">Makes an arm's bucket from its rate and its trials.</param>
    private static double? OnePath(DetectionQuestion question, EvidenceSettings settings, Func<double, double, Arm> arm)
    {
        var (stable, canary) = (
            question.StablePerMinute * settings.BucketMinutes,
            question.CanaryPerMinute * settings.BucketMinutes
        );
        var buckets = (int)(question.History.TotalMinutes / settings.BucketMinutes);
        var history = new Arm[Math.Clamp(buckets, 1, HistoryStepsMax)];
        for (var i = 0; i < history.Length; i++)
            history[i] = arm(question.From, stable + canary);
        var evidence = MetricEvidenceFactory.Create(question.Metric, history, question.BudgetShare, settings);
        return FirstAnomaly(
            settings,
            question.Within,
            index =>
                evidence.Observe(
                    new ArmsBucket(index * settings.BucketMs, arm(question.From, stable), arm(question.To, canary))
                )
        );
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

    private static Arm Expected(double rate, double trials) => new(trials, rate, 2, double.NaN);

    private static Arm Drawn(SeededRandom random, double rate, double expectedTrials)
    {
        var trials = random.Poisson(expectedTrials);
        if (trials == 0)
            return Arm.Empty;
        // The noise is the rarer outcome's, as the evidence sees it.
        var rare = Math.Min(1, Math.Min(rate, 1 - rate) * Math.Exp(ArmNoise * random.Normal()));
        var events = random.Binomial(trials, rare);
        return new Arm(trials, (double)(rate > 0.5 ? trials - events : events) / trials, 2, double.NaN);
    }
}
