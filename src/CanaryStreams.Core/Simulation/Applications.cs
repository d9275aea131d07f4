using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation;

/// <summary>Draws what a simulated application is like when nothing is the matter, and its habits.</summary>
internal static class Applications
{
    public static IReadOnlyList<SimulatedMetric> Metrics(SeededRandom random, RolloutFamily family)
    {
        var policies = RolloutSimulator.Metrics.ToDictionary(m => m.Name, StringComparer.Ordinal);
        var errorRate = family switch
        {
            RolloutFamily.FaultyErrorsTenfold or RolloutFamily.FaultyErrorsBusy => 0.001,
            RolloutFamily.HealthyErrorsBelowMinEffect => 0.005,
            _ => Math.Exp(random.Uniform(Math.Log(0.0005), Math.Log(0.005))),
        };
        var metrics = new List<SimulatedMetric>
        {
            Metric("error_rate", errorRate, 0.1, 0.15, 0, 0.2),
            Metric("latency_ms", random.Uniform(20, 300), 0.02, 0.06, 0.7, 0.1),
            Metric("cpu_pct", random.Uniform(10, 45), 0.04, 0.05, 0.04, 0.5),
            Metric("conversion", random.Uniform(0.03, 0.08), 0.03, 0.05, 0, 0),
        };
        if (family == RolloutFamily.FaultyTailLatency || (!family.IsFaulty() && random.Chance(0.3)))
            metrics.Add(Metric("latency_p99_ms", random.Uniform(200, 1500), 0.06, 0.08, 0.08, 0.2));
        if (family == RolloutFamily.FaultyMemoryLeak || (!family.IsFaulty() && random.Chance(0.3)))
            metrics.Add(Metric("memory_mb", random.Uniform(200, 2000), 0.01, 0.01, 0.01, 0));
        return metrics;

        SimulatedMetric Metric(
            string name,
            double level,
            double arm,
            double common,
            double observation,
            double elasticity
        ) =>
            new()
            {
                Policy = policies[name],
                Level = level,
                ArmDeviation = arm * random.Uniform(0.7, 1.3),
                CommonDeviation = common,
                ObservationDeviation = observation,
                LoadElasticity = elasticity,
            };
    }

    public static SimulatedRollout Each(
        SimulatedRollout rollout,
        Func<SimulatedMetric, IReadOnlyList<Disturbance>> disturbances
    ) => rollout with { Metrics = [.. rollout.Metrics.Select(m => m with { Disturbances = disturbances(m) })] };

    /// <summary>An application that has about three blips of two minutes an hour in each arm, in errors and latency.</summary>
    public static SimulatedRollout WithBlips(SimulatedRollout rollout, SeededRandom random)
    {
        var (errors, latency) = (random.Uniform(10, 40), random.Uniform(0.5, 2));
        var blips = new List<(Track Track, double Start)>();
        foreach (var track in new[] { Track.Stable, Track.Canary })
        {
            var from = track == Track.Stable ? -SimulatedRollout.HistoryMinutes : 0;
            for (var at = from + Gap(random); at < SimulatedRollout.CanaryMinutes; at += 2 + Gap(random))
                blips.Add((track, at));
        }
        return Each(
            rollout,
            m =>
                m.Policy.Name is "error_rate" or "latency_ms"
                    ?
                    [
                        .. blips.Select(b => new Disturbance(
                            DisturbanceShape.Pulse,
                            b.Track,
                            b.Start,
                            2,
                            m.Policy.Kind == MetricKind.Ratio ? errors : latency
                        )),
                    ]
                    : []
        );
    }

    private static double Gap(SeededRandom random) => Math.Round(-18 * Math.Log(1 - random.NextDouble()));
}
