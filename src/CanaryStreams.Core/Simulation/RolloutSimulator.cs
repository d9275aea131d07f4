using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation;

/// <summary>
/// Draws rollouts of the given families: healthy ones with everything that fools a judge (blips, shared incidents, cold
/// starts, small offsets, holes), and faulty ones of many kinds. The same seed gives the same rollouts.
/// </summary>
public static class RolloutSimulator
{
    private static readonly MetricPolicy s_errors = new(
        "error_rate",
        MetricKind.Ratio,
        Worse.Up,
        new MinEffect(0.002, Relative: false)
    );
    private static readonly MetricPolicy s_latency = new(
        "latency_ms",
        MetricKind.Mean,
        Worse.Up,
        new MinEffect(0.05, Relative: true)
    );
    private static readonly MetricPolicy s_tail = new(
        "latency_p99_ms",
        MetricKind.Gauge,
        Worse.Up,
        new MinEffect(0.15, Relative: true)
    );
    private static readonly MetricPolicy s_cpu = new(
        "cpu_pct",
        MetricKind.Gauge,
        Worse.Up,
        new MinEffect(0.15, Relative: true)
    );
    private static readonly MetricPolicy s_memory = new(
        "memory_mb",
        MetricKind.Gauge,
        Worse.Up,
        new MinEffect(0.1, Relative: true)
    );
    private static readonly MetricPolicy s_conversion = new(
        "conversion",
        MetricKind.Ratio,
        Worse.Down,
        new MinEffect(0.002, Relative: false)
    );

    /// <summary>No rollout's number, so that the earlier ones have a seed of their own.</summary>
    private const ulong EarlierPart = uint.MaxValue;

    /// <summary>The metrics that simulated applications have and the policy that goes with them judges.</summary>
    public static IReadOnlyList<MetricPolicy> Metrics { get; } =
    [s_errors, s_latency, s_tail, s_cpu, s_memory, s_conversion];

    /// <summary>The policy file that goes with the simulated records: one step of 60 minutes.</summary>
    public static string PolicyYaml =>
        """
            policies:
              default:
                steps: [50]
                bake: 60m
                decideBy: 60m
                inconclusive: promote
                falseRollbackBudget: 0.01
                horizon: 15m
                metrics:
                  error_rate:     { kind: ratio, worse: up, minEffect: 0.002 }
                  latency_ms:     { kind: mean,  worse: up, minEffect: 5% }
                  latency_p99_ms: { kind: gauge, worse: up, minEffect: 15% }
                  cpu_pct:        { kind: gauge, worse: up, minEffect: 15% }
                  memory_mb:      { kind: gauge, worse: up, minEffect: 10% }
                  conversion:     { kind: ratio, worse: down, minEffect: 0.002 }

            """;

    /// <param name="families">Taken in turn.</param>
    public static IEnumerable<SimulatedRollout> Rollouts(
        ulong seed,
        int count,
        IReadOnlyList<RolloutFamily> families,
        SimulationNoise? noise = null
    )
    {
        for (var number = 0; number < count; number++)
            yield return Draw(seed, number, families[number % families.Count], noise ?? new SimulationNoise());
    }

    /// <summary>Rollouts of other applications, of all families in turn, from which those of the same seed may learn.</summary>
    public static IEnumerable<SimulatedRollout> Earlier(ulong seed, int count, SimulationNoise? noise = null) =>
        Rollouts(SeededRandom.Of(seed, EarlierPart).NextUInt64(), count, RolloutFamilies.All, noise)
            .Select(rollout => rollout with { IsEarlier = true });

    private static SimulatedRollout Draw(ulong seed, int number, RolloutFamily family, SimulationNoise noise)
    {
        var random = SeededRandom.Of(seed, (ulong)number);
        var onset = random.Chance(0.5) ? 0 : Math.Round(random.Uniform(1, 30) * 2) / 2;
        var rollout = new SimulatedRollout
        {
            Number = number,
            Family = family,
            Seed = random.NextUInt64(),
            CanaryRequestsPerMinute = RequestsPerMinute(family, random),
            CanaryShare = random.Chance(0.5) ? 0.5 : 0.1,
            Metrics = Applications.Metrics(random, family),
            Noise = noise,
            DayMinute = random.Uniform(0, 1440),
            OnsetMinute = family.IsFaulty() ? onset : null,
            HurtsAtMinute = family.IsFaulty() ? onset + HurtsAfter(family) : null,
        };
        rollout = rollout with { Metrics = [.. rollout.Metrics.Select(m => Disturb(m, family, onset, random))] };
        return family switch
        {
            RolloutFamily.HealthyOffsets => Offset(rollout, random),
            RolloutFamily.HealthyBlips => Applications.WithBlips(rollout, random),
            RolloutFamily.HealthyIncident => Incident(rollout, random),
            RolloutFamily.HealthyColdStart => ColdStart(rollout, random),
            RolloutFamily.HealthyQuiet => rollout with { PairsPerMinute = 3 },
            RolloutFamily.HealthyMissingTelemetry => Missing(rollout, random),
            RolloutFamily.HealthyBatchJob => HardRollouts.WithBatchJob(rollout, random),
            RolloutFamily.HealthyHeavyTails => rollout with { Noise = noise with { HeavyTails = true } },
            RolloutFamily.FaultyIntermittent => HardRollouts.WithIntermittentErrors(rollout, onset, random),
            RolloutFamily.FaultySynthetic => rollout with
            {
                PairsPerMinute = 3,
                CanaryRunFails = 0.2,
                RunsFailFromMinute = onset,
            },
            _ => rollout,
        };
    }

    private static double RequestsPerMinute(RolloutFamily family, SeededRandom random) =>
        family switch
        {
            RolloutFamily.HealthyModest or RolloutFamily.FaultyErrorsTenfold => 60,
            RolloutFamily.HealthyQuiet or RolloutFamily.FaultySynthetic => 6,
            RolloutFamily.HealthyBusy or RolloutFamily.FaultyErrorsBusy => 600,
            RolloutFamily.HealthyErrorsBelowMinEffect or RolloutFamily.HealthyBlips => 600,
            RolloutFamily.FaultyConversion => 3000,
            _ => random.NextDouble() switch
            {
                < 0.3 => 60,
                < 0.7 => 600,
                _ => 3000,
            },
        };

    private static double HurtsAfter(RolloutFamily family) =>
        family switch
        {
            RolloutFamily.FaultyMemoryLeak => 35,
            RolloutFamily.FaultyErrorsGrowing => 8,
            _ => 0,
        };

    private static SimulatedMetric Disturb(
        SimulatedMetric metric,
        RolloutFamily family,
        double onset,
        SeededRandom random
    )
    {
        var (name, shape, size) = family switch
        {
            RolloutFamily.FaultyErrorsTenfold => (s_errors.Name, DisturbanceShape.Step, 9),
            RolloutFamily.FaultyErrorsBusy => (s_errors.Name, DisturbanceShape.Step, 2.5),
            RolloutFamily.FaultyLatency => (s_latency.Name, DisturbanceShape.Step, 0.2),
            RolloutFamily.FaultyTailLatency => (s_tail.Name, DisturbanceShape.Step, 0.5),
            RolloutFamily.FaultyCpu => (s_cpu.Name, DisturbanceShape.Step, 0.4),
            RolloutFamily.FaultyConversion => (s_conversion.Name, DisturbanceShape.Step, -0.25),
            RolloutFamily.FaultyErrorsGrowing => (s_errors.Name, DisturbanceShape.Ramp, 0.0012 / metric.Level),
            RolloutFamily.FaultyMemoryLeak => (s_memory.Name, DisturbanceShape.Ramp, 0.015),
            RolloutFamily.HealthyErrorsBelowMinEffect => (
                s_errors.Name,
                DisturbanceShape.Step,
                random.Uniform(0.2, 0.3)
            ),
            _ => ("", DisturbanceShape.Step, 0.0),
        };
        var start = family.IsFaulty() ? onset : 0;
        return metric.Policy.Name == name
            ? metric with
            {
                Disturbances = [new Disturbance(shape, Track.Canary, start, 0, size)],
            }
            : metric;
    }

    /// <summary>Arms that differ for ever by up to half of minEffect.</summary>
    private static SimulatedRollout Offset(SimulatedRollout rollout, SeededRandom random) =>
        Applications.Each(
            rollout,
            m =>
            {
                var most = m.Policy.MinEffect.Size / (m.Policy.MinEffect.Relative ? 1 : m.Level);
                var size = Math.Min(most, 0.5) * random.Uniform(-0.5, 0.5);
                return [new Disturbance(DisturbanceShape.Step, Track.Canary, 0, 0, size)];
            }
        );

    private static SimulatedRollout Incident(SimulatedRollout rollout, SeededRandom random)
    {
        var start = random.Uniform(2, 48);
        var minutes = random.Uniform(4, 12);
        var (errors, latency) = (random.Uniform(4, 30), random.Uniform(0.3, 1.5));
        return Applications.Each(
            rollout,
            m =>
                m.Policy.Name == s_errors.Name ? [new(DisturbanceShape.Pulse, null, start, minutes, errors)]
                : m.Policy.Name == s_conversion.Name ? [new(DisturbanceShape.Pulse, null, start, minutes, -0.4)]
                : m.Policy.Name == s_memory.Name ? []
                : [new(DisturbanceShape.Pulse, null, start, minutes, latency)]
        );
    }

    private static SimulatedRollout ColdStart(SimulatedRollout rollout, SeededRandom random)
    {
        var minutes = random.Uniform(1, 3);
        var (latency, cpu, errors) = (random.Uniform(0.2, 1), random.Uniform(0.2, 0.8), random.Uniform(0, 3));
        return Applications.Each(
            rollout,
            m =>
                m.Policy.Name == s_conversion.Name || m.Policy.Name == s_memory.Name
                    ? []
                    :
                    [
                        new(
                            DisturbanceShape.Decay,
                            Track.Canary,
                            0,
                            minutes,
                            m.Policy.Name == s_errors.Name ? errors
                                : m.Policy.Name == s_cpu.Name ? cpu
                                : latency
                        ),
                    ]
        );
    }

    private static SimulatedRollout Missing(SimulatedRollout rollout, SeededRandom random)
    {
        var from = random.Uniform(2, 40);
        return rollout with { MissingFromMinute = from, MissingToMinute = from + random.Uniform(5, 15) };
    }
}
