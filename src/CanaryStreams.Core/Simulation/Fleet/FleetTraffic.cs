using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>
/// The requests of one application from the history before an update to the end of its rollout, minute by minute. The
/// shares in force decide which version answers how many; everything else (traffic, noise, blips, the fault) is the same
/// whoever plans the rollout.
/// </summary>
public sealed class FleetTraffic
{
    private const int Errors = 0;
    private const int Latency = 1;
    private const double BlipErrors = 12;
    private const double BlipLatency = 0.2;
    private const double ErrorElasticity = 0.2;
    private const double LatencyElasticity = 0.1;

    /// <summary>Spread of one request's latency relative to its mean.</summary>
    private const double RequestDeviation = 0.7;

    private readonly FleetUpdate _update;
    private readonly FleetApp _app;
    private readonly IReadOnlyList<bool> _hurt;
    private readonly ArmNoise[] _noise;

    public FleetTraffic(FleetUpdate update)
    {
        (_update, _app, _hurt) = (update, update.App, update.Hurt);
        _noise =
        [
            .. _app.Clusters.Select(
                (_, i) => new ArmNoise(SeededRandom.Of(update.Seed, (ulong)i).NextUInt64(), _app.BlipsPerHour)
            ),
        ];
    }

    /// <summary>Plays a minute; each to be called for once, in order.</summary>
    /// <param name="endMs">The minute's end, Unix milliseconds.</param>
    /// <param name="traffic">For each cluster how its requests are shared in the whole of the minute.</param>
    /// <param name="readings">Gets what is measured.</param>
    /// <param name="minutes">Gets for each cluster what its requests came to.</param>
    public void Play(
        long endMs,
        ReadOnlySpan<ClusterTraffic> traffic,
        List<FleetReading> readings,
        List<ClusterMinute> minutes
    )
    {
        for (var cluster = 0; cluster < traffic.Length; cluster++)
        {
            _noise[cluster].Move();
            minutes.Add(Play(cluster, endMs, traffic[cluster], readings));
        }
    }

    private ClusterMinute Play(int cluster, long endMs, in ClusterTraffic traffic, List<FleetReading> readings)
    {
        var place = _app.Clusters[cluster];
        var random = SeededRandom.Of(_update.Seed + (ulong)cluster, (ulong)(endMs / 60_000));
        var requests = random.Poisson(place.RequestsAt(endMs));
        var onUpdate = random.Binomial(requests, traffic.WeightPct / 100.0);
        var acts = _hurt[cluster] && endMs - traffic.SinceMs >= _update.Harm.OnsetMinutes * 60_000;
        var day = Math.Log(place.DayFactor(endMs));
        if (traffic.IsStable)
            Measure(new Arm(cluster, Track.Stable, requests, day, traffic.SinceMs, acts), endMs, random, readings);
        else
        {
            var left = requests - onUpdate;
            Measure(new Arm(cluster, Track.Stable, left, day, null, false), endMs, random, readings);
            Measure(new Arm(cluster, Track.Canary, onUpdate, day, traffic.SinceMs, acts), endMs, random, readings);
        }
        return new ClusterMinute(requests, onUpdate, acts ? onUpdate : 0);
    }

    /// <summary>
    /// Two readings of each metric, so that the judge can tell the noise of single requests from that of minutes. A half
    /// without a request measures nothing.
    /// </summary>
    private void Measure(in Arm arm, long endMs, SeededRandom random, List<FleetReading> readings)
    {
        var noise = _noise[arm.Cluster];
        var (track, isBlip) = ((int)arm.Track, noise.IsBlip((int)arm.Track));
        var young =
            _update.ColdStart is { } cold && arm.SinceMs is { } since
                ? Math.Exp(-(endMs - since) / 60_000.0 / cold.Minutes)
                : 0;
        var usual = _app.ErrorRate * noise.Factor(Errors, track) * Math.Exp(ErrorElasticity * arm.Day);
        usual *= (1 + young * (_update.ColdStart?.Errors ?? 0)) * (isBlip ? 1 + BlipErrors : 1);
        var failing = Math.Min(1, usual + (arm.Acts ? _update.Harm.ErrorShare : 0));
        var mean = _app.LatencyMs * noise.Factor(Latency, track) * Math.Exp(LatencyElasticity * arm.Day);
        mean *= (1 + young * (_update.ColdStart?.Latency ?? 0)) * (isBlip ? 1 + BlipLatency : 1);
        mean *= 1 + (arm.Acts ? _update.Harm.LatencyGrowth : 0);

        var first = random.Binomial(arm.Requests, 0.5);
        for (var half = 0; half < 2; half++)
        {
            var count = half == 0 ? first : arm.Requests - first;
            if (count == 0)
                continue;
            var failed = random.Binomial(count, failing) / (double)count;
            var seen = mean * MeanOfRequests(count, random);
            readings.Add(new FleetReading(arm.Cluster, arm.Track, half, Errors, failed, count));
            readings.Add(new FleetReading(arm.Cluster, arm.Track, half, Latency, seen, count));
        }
    }

    /// <summary>
    /// Mean latency of so many requests over the expected: gamma-distributed, as a sum of skewed positive times nearly is;
    /// by Wilson and Hilferty's cube (1931).
    /// </summary>
    private static double MeanOfRequests(int count, SeededRandom random)
    {
        var ninth = RequestDeviation * RequestDeviation / (9 * count);
        return Math.Pow(Math.Max(0.05, 1 - ninth + Math.Sqrt(ninth) * random.Normal()), 3);
    }

    /// <param name="Day">Logarithm of the traffic over the day's mean.</param>
    /// <param name="SinceMs">When the update came; null where the arm isn't the update's.</param>
    /// <param name="Acts">Whether the update's fault acts in it.</param>
    private readonly record struct Arm(int Cluster, Track Track, int Requests, double Day, long? SinceMs, bool Acts);
}
