using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Forecast;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Tests.Evidence;

namespace CanaryStreams.Core.Tests.Forecast;

public class ForecastTrackerTests
{
    private readonly SeededRandom _random = new(21);

    private Arm Noisy(double level) => Arms.Level(level * Math.Exp(0.02 * _random.Normal()));

    private List<(EvidenceReading Reading, SignalForecast Forecast)> Play(
        MetricPolicy policy,
        Arm[] history,
        int minutes,
        Func<int, (Arm Stable, Arm Canary)> arms
    )
    {
        var evidence = Arms.Create(policy, history);
        var tracker = new ForecastTracker(policy, history, EvidenceSettings.Default, FailureForecaster.Default);
        var result = new List<(EvidenceReading, SignalForecast)>();
        for (var minute = 0; minute < minutes; minute++)
        {
            var (stable, canary) = arms(minute);
            var reading = evidence.Observe(Arms.Bucket(minute, stable, canary));
            result.Add((reading, tracker.Observe(reading, 0, canary.Count, canary.IsEmpty)));
        }
        return result;
    }

    [Fact]
    public void Observe_BlipOfTwoMinutes_IsNotExpectedToLast()
    {
        var played = Play(
            Arms.Latency,
            Arms.LevelHistory(_random, 120),
            60,
            m => (Noisy(120), Noisy(m is 30 or 31 ? 300 : 120))
        );
        played.Max(p => p.Forecast.PSustained).ShouldBeLessThan(0.5);
    }

    [Fact]
    public void Observe_PersistentFault_IsExpectedToLastOnceTheEvidenceIsThere()
    {
        var played = Play(
            Arms.Latency,
            Arms.LevelHistory(_random, 120),
            60,
            m => (Noisy(120), Noisy(m < 20 ? 120 : 150))
        );
        var crossed = played.FindIndex(p => p.Reading.IsAnomaly);
        crossed.ShouldBeInRange(20, 40);
        played.Skip(crossed + 2).Min(p => p.Forecast.PSustained).ShouldBeGreaterThan(0.6);
        played.Take(20).Max(p => p.Forecast.PSustained).ShouldBeLessThan(0.5);
    }

    [Fact]
    public void Observe_ColdStart_IsNotExpectedToLast()
    {
        var played = Play(
            Arms.Latency,
            Arms.LevelHistory(_random, 120),
            40,
            m => (Noisy(120), Noisy(120 * (1 + 0.5 * Math.Exp(-m / 2.0))))
        );
        played.Skip(2).Max(p => p.Forecast.PSustained).ShouldBeLessThan(0.6);
    }

    [Fact]
    public void Observe_SlowRamp_SaysWhenItReachesMinEffectAndThatItLasts()
    {
        var played = Play(
            Arms.Cpu,
            Arms.LevelHistory(_random, 50),
            60,
            m => (Noisy(50), Noisy(50 * (1 + 0.01 * Math.Max(0, m - 10))))
        );
        // minEffect is reached at minute 25; on the way there the trend should tell.
        var told = played.FindIndex(p => p.Forecast.MinutesToLimit is not null);
        told.ShouldBeInRange(13, 23);
        played[told].Forecast.MinutesToLimit.ShouldNotBeNull().ShouldBe(25 - told, 6);
        played[30].Forecast.MinutesToLimit.ShouldBeNull();
        played[35].Forecast.PSustained.ShouldBeGreaterThan(0.6);
    }

    [Fact]
    public void Observe_FallingMetricThatIsWorseDown_CountsTheFall()
    {
        var policy = new MetricPolicy("throughput", MetricKind.Gauge, Worse.Down, new MinEffect(0.1, true));
        var played = Play(policy, Arms.LevelHistory(_random, 50), 40, _ => (Noisy(50), Noisy(30)));
        played[^1].Forecast.PSustained.ShouldBeGreaterThan(0.9);
    }

    [Fact]
    public void Observe_SyntheticPairsThatKeepFailing_AreExpectedToGoOn()
    {
        var evidence = new PairEvidence(0.05, 0.001, EvidenceSettings.Default);
        var tracker = new ForecastTracker(0.05, EvidenceSettings.Default, FailureForecaster.Default);
        SignalForecast? forecast = null;
        for (var minute = 0; minute < 25; minute++)
            forecast = tracker.Observe(evidence.Observe((minute + 1) * 60_000L, 3, 0, 1, 0), 0, 4, missing: false);
        forecast!.PSustained.ShouldBeGreaterThan(0.6);
    }

    [Fact]
    public void Observe_MissingTelemetryAndNaNScores_StillGivesAProbability()
    {
        var tracker = new ForecastTracker(Arms.Errors, [], EvidenceSettings.Default, FailureForecaster.Default);
        var reading = new EvidenceReading(0, 6, 0, 0, 0, false, null, double.NaN);
        for (var minute = 0; minute < 10; minute++)
            tracker.Observe(reading, double.NaN, 0, missing: true).PSustained.ShouldBeInRange(0, 0.5);
    }
}
