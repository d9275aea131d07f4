using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Tests.Rollouts;

namespace CanaryStreams.Core.Tests.Lanes;

/// <summary>What a variant, or stable, does by itself.</summary>
/// <param name="Errors">Share of failed requests.</param>
/// <param name="Conversion">Share of requests that convert.</param>
internal sealed record VariantRates(double Errors = 0.005, double Conversion = 0.03, double LatencyMs = 100);

/// <summary>A rollout of several variants, to be played often.</summary>
/// <param name="Variants">Named a, b, …</param>
/// <param name="PerMinute">Requests of each variant; stable has nine times as many as all variants together.</param>
/// <param name="Noise">
/// Size of each arm's own slow noise, AR(0.7) from minute to minute: 1 stands for 10 % in errors, 2 % in latency, 5 % in load and
/// conversion (standard deviations of the logarithm). Stable's past has it as well.
/// </param>
internal sealed record VariantCase(
    string Name,
    VariantRates Stable,
    VariantRates[] Variants,
    double PerMinute,
    double Noise = 0,
    bool ErrorsOnly = false,
    IReadOnlyList<string>? Kpis = null
);

/// <summary>How one of them ended.</summary>
/// <param name="Minute">Since the variants began; null where neither a winner nor a rollback came.</param>
/// <param name="Winner">Null where none was found before the tie rule's time.</param>
internal sealed record VariantOutcome(int? Minute, string? Winner, VariantBasis? Basis, bool RolledBack);

/// <summary>Plays lane and decider over simulated minutes: the real comparison, forecast, steps and commands.</summary>
internal sealed class VariantTrial
{
    private const int PastMinutes = 60;
    private const int CanaryMinutes = 60;
    private const double Autocorrelation = 0.7;
    private const double ReadingsDeviation = 0.3;

    private readonly VariantCase _case;
    private readonly SeededRandom _random;
    private readonly MetricPolicy[] _metrics;
    private readonly double[] _noise;
    private readonly Comparison _lane = new();
    private RolloutState _state = RolloutState.Initial;
    private DateTimeOffset? _observed;

    public VariantTrial(VariantCase played, ulong seed, int run)
    {
        _case = played;
        _random = SeededRandom.Of(seed, (ulong)run);
        _metrics = [.. Policy.DefaultMetrics.Where(m => !played.ErrorsOnly || m.Name == "error_rate")];
        _noise = new double[_metrics.Length * (played.Variants.Length + 1)];
        for (var i = 0; i < _noise.Length; i++)
            _noise[i] = _random.Normal();
    }

    public VariantOutcome Play()
    {
        for (var minute = 1; minute <= PastMinutes; minute++)
            Minute(minute, withVariants: false);
        Request();
        for (var minute = 1; minute <= CanaryMinutes; minute++)
        {
            var signals = Minute(PastMinutes + minute, withVariants: true);
            foreach (var happened in Observe(signals))
            {
                if (happened is VariantSelected { Basis: not VariantBasis.Tie } selected)
                    return new VariantOutcome(minute, selected.Variant, selected.Basis, false);
                if (happened is RollbackDecided)
                    return new VariantOutcome(minute, null, null, true);
            }
        }
        return new VariantOutcome(null, null, null, false);
    }

    private void Request()
    {
        var request = new RequestRollout(
            TimeOf(PastMinutes).AddSeconds(1),
            new RolloutRequest
            {
                Rollout = "r1",
                App = Comparison.App,
                Version = "2.0",
                Variants = [.. _case.Variants.Select((_, i) => NameOf(i))],
                Clusters = [new ClusterProfile { Name = "eu" }],
            },
            new Policy
            {
                Steps = [10, 100],
                Bake = TimeSpan.FromMinutes(5),
                DecideBy = TimeSpan.FromMinutes(2 * CanaryMinutes),
                Metrics = _metrics,
                Kpis = _case.Kpis,
            }
        );
        _lane.Request(request);
        Decide(request);
        foreach (var pending in _state.Pending)
            Decide(new ReceiveAck(request.Time, Given.Ack(pending.Command)));
    }

    private IReadOnlyList<RolloutEvent> Observe(IReadOnlyList<Signal> signals)
    {
        var time = signals[0].Time;
        var events = Decide(new ObserveBucket(time, signals, _observed));
        _observed = time;
        return events;
    }

    private IReadOnlyList<RolloutEvent> Decide(RolloutCommand command)
    {
        var events = Decider.Decide(command, _state).Events;
        _state = Evolution.Fold(_state, events);
        return events;
    }

    private IReadOnlyList<Signal> Minute(int minute, bool withVariants)
    {
        var arms = new List<(ArmKey, Arm)>();
        for (var i = 0; i < _noise.Length; i++)
            _noise[i] =
                Autocorrelation * _noise[i] + Math.Sqrt(1 - Autocorrelation * Autocorrelation) * _random.Normal();
        var stablePerMinute = 9 * _case.PerMinute * _case.Variants.Length;
        for (var m = 0; m < _metrics.Length; m++)
        {
            arms.Add((Comparison.Stable(_metrics[m].Name), Draw(m, 0, _case.Stable, stablePerMinute)));
            for (var v = 0; withVariants && v < _case.Variants.Length; v++)
            {
                var key = Comparison.Canary(_metrics[m].Name, variant: NameOf(v));
                if (_state.RunningVariants.Contains(NameOf(v)))
                    arms.Add((key, Draw(m, v + 1, _case.Variants[v], _case.PerMinute)));
            }
        }
        return _lane.Close(minute, arms);
    }

    private Arm Draw(int metric, int arm, VariantRates rates, double perMinute)
    {
        var requests = _random.Poisson(perMinute);
        if (requests == 0)
            return Arm.Empty;
        var noise = _case.Noise * _noise[metric * (_case.Variants.Length + 1) + arm];
        return _metrics[metric].Name switch
        {
            "error_rate" => Ratio(rates.Errors * Math.Exp(0.1 * noise), requests),
            "conversion" => Ratio(rates.Conversion * Math.Exp(0.05 * noise), requests),
            "latency_ms" => Level(rates.LatencyMs * Math.Exp(0.02 * noise), requests, requests),
            _ => Level(40 * Math.Exp(0.05 * noise), 6, 6),
        };
    }

    private Arm Ratio(double share, int requests) =>
        new(requests, (double)_random.Binomial(requests, share) / requests, 6, double.NaN);

    /// <summary>The mean of so many draws, which came in six readings.</summary>
    private Arm Level(double level, double draws, double count)
    {
        var deviation = level * ReadingsDeviation / Math.Sqrt(draws);
        return new Arm(count, level + deviation * _random.Normal(), 6, 6 * deviation * deviation);
    }

    private static string NameOf(int variant) => ((char)('a' + variant)).ToString();

    private static DateTimeOffset TimeOf(int minute) =>
        DateTimeOffset.FromUnixTimeMilliseconds(LaneTime.At(minute * 60));
}
