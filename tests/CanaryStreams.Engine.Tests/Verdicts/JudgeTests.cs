using CanaryStreams.Cli.Verdicts;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Tests.Verdicts;

public class JudgeTests
{
    private readonly SeededRandom _random = new(5);

    /// <summary>A rollout of errors and latency: an hour of history and of canary, the canary's by minute.</summary>
    private RecordedRollout Rollout(Func<int, double> errors, Func<int, double> latency, Func<int, bool>? speaks = null)
    {
        var rollout = new RecordedRollout("r", StartMs: 0);
        for (var minute = -60; minute < 60; minute++)
        {
            var timeMs = minute * 60_000L + 5;
            var noise = 1 + 0.05 * _random.Normal();
            rollout.Add("error_rate", Track.Stable, timeMs, 0.002, 1000);
            rollout.Add("latency_ms", Track.Stable, timeMs, 100 * noise, 1000);
            if (minute < 0 || speaks?.Invoke(minute) == false)
                continue;
            rollout.Add("error_rate", Track.Canary, timeMs, errors(minute), 1000);
            rollout.Add("latency_ms", Track.Canary, timeMs, latency(minute) * (1 + 0.05 * _random.Normal()), 1000);
        }
        return rollout;
    }

    [Fact]
    public void Thresholds_TenFailedChecksInAllOrInARow_RollBackWithTheTenth()
    {
        ThresholdJudge.RollBackMinute(Rollout(_ => 0.002, _ => 100)).ShouldBeNull();
        ThresholdJudge.RollBackMinute(Rollout(m => m >= 10 ? 0.011 : 0.002, _ => 100)).ShouldBe(20);
        ThresholdJudge.RollBackMinute(Rollout(m => m % 5 == 0 ? 0.011 : 0.002, _ => 100)).ShouldBe(46);
        ThresholdJudge.RollBackMinute(Rollout(m => m is > 10 and < 20 ? 0.5 : 0.002, _ => 100)).ShouldBeNull();
    }

    [Fact]
    public void Thresholds_LatencyBeyondOneAndAHalfOfItsHistory_Fails()
    {
        ThresholdJudge.RollBackMinute(Rollout(_ => 0.002, _ => 130)).ShouldBeNull();
        ThresholdJudge.RollBackMinute(Rollout(_ => 0.002, _ => 200)).ShouldBe(10);
    }

    [Fact]
    public void Thresholds_SilentCanary_FailsLikeABadOne() =>
        ThresholdJudge.RollBackMinute(Rollout(_ => 0.002, _ => 100, m => m is < 20 or > 31)).ShouldBe(30);

    [Fact]
    public void MannWhitney_LastingDifference_RollsBackAtTheFirstLook()
    {
        MannWhitneyJudge.RollBackMinute(Rollout(_ => 0.002, _ => 120)).ShouldBe(10);
        MannWhitneyJudge
            .RollBackMinute(Rollout(_ => 0.002, m => m < 18 ? 100 : 120))
            .ShouldNotBeNull()
            .ShouldBeInRange(20, 50);
        MannWhitneyJudge.RollBackMinute(Rollout(_ => 0.002, _ => 80)).ShouldBeNull();
    }

    [Fact]
    public void MannWhitney_SignificantDifferenceBelowMinEffect_IsLeftAlone()
    {
        var latency = new MetricPolicy("latency_ms", MetricKind.Mean, Worse.Up, new MinEffect(0.05, Relative: true));
        double[] stable = [.. Enumerable.Range(0, 60).Select(i => 100 + 0.01 * i)];
        MannWhitneyJudge.IsWorse(latency, [.. stable.Select(value => value + 4)], stable).ShouldBeFalse();
        MannWhitneyJudge.IsWorse(latency, [.. stable.Select(value => value + 6)], stable).ShouldBeTrue();
        MannWhitneyJudge
            .IsWorse(latency with { Worse = Worse.Down }, [.. stable.Select(value => value - 6)], stable)
            .ShouldBeTrue();
    }
}
