using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Planning;

/// <summary>What is forecast beside what the evidence then does on counts drawn at random.</summary>
public class DetectionForecastTests
{
    private const double Share = 0.002;
    private const int Rollouts = 61;
    private const int WithinMinutes = 60;

    /// <summary>Noise of an arm from minute to minute beyond counting, relative.</summary>
    private const double ArmNoise = 0.05;

    [Theory]
    [InlineData(Worse.Up, 0.001, 0.01, 60, 60)]
    [InlineData(Worse.Up, 0.001, 0.01, 540, 60)]
    [InlineData(Worse.Up, 0.001, 0.01, 30, 30)]
    [InlineData(Worse.Up, 0.001, 0.0035, 600, 600)]
    [InlineData(Worse.Up, 0.01, 0.035, 600, 600)]
    [InlineData(Worse.Up, 0.001, 0.5, 6, 6)]
    [InlineData(Worse.Up, 0.001, 0.05, 6, 6)]
    [InlineData(Worse.Up, 0.01, 0.1, 38, 2)]
    [InlineData(Worse.Up, 0.02, 0.03, 5000, 5000)]
    [InlineData(Worse.Up, 0.001, 0.011, 57000, 3000)]
    [InlineData(Worse.Up, 0.2, 0.25, 500, 500)]
    [InlineData(Worse.Down, 0.03, 0.0225, 3000, 3000)]
    [InlineData(Worse.Down, 0.03, 0.015, 300, 300)]
    [InlineData(Worse.Down, 0.98, 0.95, 100, 100)]
    public void OfRatio_BesideTheEvidenceOnRandomCounts_IsNearItsMedian(
        Worse worse,
        double from,
        double to,
        double stable,
        double canary
    )
    {
        var question = Ask(worse, from, to, stable, canary);

        var forecast = DetectionForecast.OfRatio(question).ShouldNotBeNull();
        var median = MedianOfRandomRollouts(question);

        TestContext.Current.TestOutputHelper?.WriteLine($"{forecast} forecast, {median} median");
        forecast.ShouldBeInRange(median / 1.8 - 1, median * 1.8 + 1);
    }

    [Fact]
    public void OfRatio_TooLittleTraffic_IsNullAsTheEvidenceSeesNothing()
    {
        var question = Ask(Worse.Down, 0.03, 0.015, 95, 5);

        DetectionForecast.OfRatio(question).ShouldBeNull();
        MedianOfRandomRollouts(question).ShouldBe(double.PositiveInfinity);
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(60, 0)]
    public void OfRatio_WithoutOneOfTheArms_IsNull(double stable, double canary) =>
        DetectionForecast.OfRatio(Ask(Worse.Up, 0.001, 0.01, stable, canary)).ShouldBeNull();

    [Fact]
    public void OfRatio_MoreTrafficOrLargerEffectOrMoreBudget_IsSeenSooner()
    {
        var one = Ask(Worse.Up, 0.001, 0.01, 60, 60);
        var minutes = DetectionForecast.OfRatio(one)!.Value;

        DetectionForecast.OfRatio(one with { CanaryPerMinute = 300 })!.Value.ShouldBeLessThan(minutes);
        DetectionForecast.OfRatio(one with { To = 0.1 })!.Value.ShouldBeLessThan(minutes);
        DetectionForecast.OfRatio(one with { BudgetShare = 0.2 })!.Value.ShouldBeLessThan(minutes);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    public void OfRatio_ShortBuckets_AreAboutAsGoodAsMinutes(int seconds)
    {
        var question = Ask(Worse.Up, 0.001, 0.01, 600, 600);
        var minutes = DetectionForecast.OfRatio(question)!.Value;

        var forecast = DetectionForecast.OfRatio(
            question with
            {
                Bucket = TimeSpan.FromSeconds(seconds),
                Within = TimeSpan.FromMinutes(15),
            }
        );

        forecast!.Value.ShouldBe(minutes, 2);
    }

    [Theory]
    [InlineData(5, 0.2)]
    [InlineData(1, 0.5)]
    [InlineData(20, 0.2)]
    public void OfPairs_BesideTheEvidenceOnRandomRuns_IsNearItsMedian(int perMinute, double failing)
    {
        var policy = new Policy { DecideBy = TimeSpan.FromMinutes(WithinMinutes) };
        var bucket = TimeSpan.FromMinutes(1);

        var forecast = DetectionForecast.OfPairs(policy, perMinute, failing, Share, bucket).ShouldNotBeNull();
        var median = Median(random =>
        {
            var evidence = new PairEvidence(policy.SyntheticMinEffect, Share, EvidenceSettings.Default);
            return minute =>
            {
                var failed = random.Binomial(perMinute, failing);
                return evidence.Observe(minute * 60_000L, perMinute - failed, 0, failed, 0);
            };
        });

        TestContext.Current.TestOutputHelper?.WriteLine($"{forecast} forecast, {median} median");
        forecast.ShouldBeInRange(median / 1.8 - 1, median * 1.8 + 1);
    }

    private static DetectionQuestion Ask(Worse worse, double from, double to, double stable, double canary) =>
        new()
        {
            Metric = new MetricPolicy("ratio", MetricKind.Ratio, worse, new MinEffect(0.002, false)),
            From = from,
            To = to,
            StablePerMinute = stable,
            CanaryPerMinute = canary,
            BudgetShare = Share,
            Within = TimeSpan.FromMinutes(WithinMinutes),
        };

    private static double MedianOfRandomRollouts(DetectionQuestion question) =>
        Median(random =>
        {
            var all = question.StablePerMinute + question.CanaryPerMinute;
            var history = Enumerable.Range(0, 60).Select(_ => Draw(random, question.From, all)).ToArray();
            var evidence = MetricEvidenceFactory.Create(question.Metric, history, Share, EvidenceSettings.Default);
            return minute =>
                evidence.Observe(
                    new ArmsBucket(
                        minute * 60_000L,
                        Draw(random, question.From, question.StablePerMinute),
                        Draw(random, question.To, question.CanaryPerMinute)
                    )
                );
        });

    private static Arm Draw(SeededRandom random, double rate, double perMinute)
    {
        var trials = random.Poisson(perMinute);
        if (trials == 0)
            return Arm.Empty;
        var rare = Math.Min(1, Math.Min(rate, 1 - rate) * Math.Exp(ArmNoise * random.Normal()));
        var events = random.Binomial(trials, rare);
        return new Arm(trials, (double)(rate > 0.5 ? trials - events : events) / trials, 2, double.NaN);
    }

    /// <summary>Of the first minute that is an anomaly, in rollouts of so many seeds.</summary>
    private static double Median(Func<SeededRandom, Func<int, EvidenceReading>> begin)
    {
        var minutes = new List<double>();
        for (ulong seed = 1; seed <= Rollouts; seed++)
        {
            var observe = begin(new SeededRandom(seed));
            var first = Enumerable.Range(1, WithinMinutes).FirstOrDefault(minute => observe(minute).IsAnomaly);
            minutes.Add(first == 0 ? double.PositiveInfinity : first);
        }
        minutes.Sort();
        return minutes[Rollouts / 2];
    }
}
