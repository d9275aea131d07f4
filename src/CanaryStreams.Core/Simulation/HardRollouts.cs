using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation;

/// <summary>What the families of <see cref="RolloutFamilies.Hard"/> are made of.</summary>
internal static class HardRollouts
{
    private const double OnMinutes = 2;
    private const double OffMinutes = 4;

    /// <summary>
    /// A job every 15 to 20 minutes that takes three to five: each arm runs its own, of the same size, at its own minutes.
    /// For as long as one runs the arms differ by far more than minEffect, now this way and now that; on the whole they don't.
    /// </summary>
    public static SimulatedRollout WithBatchJob(SimulatedRollout rollout, SeededRandom random)
    {
        var (every, takes) = (random.Uniform(15, 20), random.Uniform(3, 5));
        var (latency, cpu) = (random.Uniform(0.15, 0.5), random.Uniform(0.4, 1));
        var jobs = new List<(Track Track, double Start)>();
        foreach (var track in new[] { Track.Stable, Track.Canary })
        {
            // The canary's processes began with it; stable's have been running for ever.
            var from = track == Track.Stable ? -SimulatedRollout.HistoryMinutes : 0;
            for (var at = from + random.Uniform(0, every); at < SimulatedRollout.CanaryMinutes; at += every)
                jobs.Add((track, at));
        }
        return Applications.Each(
            rollout,
            metric =>
                metric.Policy.Name is "latency_ms" or "latency_p99_ms" ? Pulses(latency)
                : metric.Policy.Name == "cpu_pct" ? Pulses(cpu)
                : []
        );

        IReadOnlyList<Disturbance> Pulses(double size) =>
            [.. jobs.Select(job => new Disturbance(DisturbanceShape.Pulse, job.Track, job.Start, takes, size))];
    }

    /// <summary>
    /// One to three per cent of the requests fail for two minutes, then none more than usual for four, and so on: no
    /// stretch of it is longer than a harmless blip, and a third of the time is bad.
    /// </summary>
    public static SimulatedRollout WithIntermittentErrors(SimulatedRollout rollout, double onset, SeededRandom random)
    {
        var share = random.Uniform(0.01, 0.03);
        return Applications.Each(rollout, metric => metric.Policy.Name == "error_rate" ? Pulses(metric.Level) : []);

        IReadOnlyList<Disturbance> Pulses(double level)
        {
            var pulses = new List<Disturbance>();
            for (var at = onset; at < SimulatedRollout.CanaryMinutes; at += OnMinutes + OffMinutes)
                pulses.Add(new Disturbance(DisturbanceShape.Pulse, Track.Canary, at, OnMinutes, share / level));
            return pulses;
        }
    }
}
