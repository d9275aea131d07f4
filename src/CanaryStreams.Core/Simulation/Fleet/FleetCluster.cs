using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>An application's place in one cluster: what the cluster is like, and the traffic that comes there.</summary>
/// <param name="Fixed">The profile without its load, which follows the day.</param>
/// <param name="MeanLoadPct">Load over the day.</param>
/// <param name="PeakMinute">Minute of the day (UTC) with the most traffic.</param>
/// <param name="RequestsPerMinute">Over the day.</param>
public sealed record FleetCluster(ClusterProfile Fixed, double MeanLoadPct, double PeakMinute, double RequestsPerMinute)
{
    /// <summary>The busiest minute has this much more than the mean, the quietest as much less.</summary>
    private const double DaySwing = 0.35;
    private const double LeastLoadPct = 5;
    private const double MostLoadPct = 97;

    public string Name => Fixed.Name;

    /// <summary>Traffic at a time over the day's mean.</summary>
    public double DayFactor(long timeMs) =>
        1 + DaySwing * Math.Cos(2 * Math.PI * (timeMs / 60_000.0 - PeakMinute) / 1440);

    /// <summary>Requests a minute to be expected at a time.</summary>
    public double RequestsAt(long timeMs) => RequestsPerMinute * DayFactor(timeMs);

    /// <summary>The profile as a request tells it, with the load of that time in whole per cent.</summary>
    public ClusterProfile ProfileAt(long timeMs) =>
        Fixed with
        {
            LoadPct = Math.Round(Math.Clamp(MeanLoadPct * DayFactor(timeMs), LeastLoadPct, MostLoadPct)),
        };
}
