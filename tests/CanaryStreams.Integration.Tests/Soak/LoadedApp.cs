using CanaryStreams.Agent;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>A rollout that was asked for, and what became of it.</summary>
/// <param name="IsBroken">Its version fails wherever it runs.</param>
internal sealed record LoadedRollout(
    string Name,
    string App,
    string Version,
    bool IsBroken,
    DateTimeOffset RequestedAt
);

/// <summary>One application with an agent in each of its clusters, and its rollouts one after the other.</summary>
internal sealed class LoadedApp(string name, IReadOnlyList<string> clusters)
{
    private readonly Dictionary<string, (ObservedTraffic Traffic, DeploymentAgent Agent)> _clusters =
        clusters.ToDictionary(cluster => cluster, cluster => Begin(name, cluster));
    private readonly Lock _gate = new();
    private LoadedRollout? _current;
    private DateTimeOffset _nextAt;
    private int _version;

    public string Name { get; } = name;

    public IReadOnlyList<string> Clusters { get; } = clusters;

    /// <summary>The one under way; null where there is none.</summary>
    public LoadedRollout? Current
    {
        get
        {
            lock (_gate)
                return _current;
        }
    }

    public string Stable => _clusters[Clusters[0]].Traffic.Running.Stable;

    public IEnumerable<string> Violations => _clusters.Values.SelectMany(one => one.Traffic.Violations);

    public bool IsDue(DateTimeOffset now)
    {
        lock (_gate)
            return _current is null && _nextAt <= now;
    }

    public LoadedRollout Next(bool isBroken, DateTimeOffset now)
    {
        lock (_gate)
        {
            var version = $"{++_version}";
            return _current = new LoadedRollout(Samples.RolloutOf(Name, version), Name, version, isBroken, now);
        }
    }

    /// <summary>Its rollout has ended; the next one may begin at a time.</summary>
    public void Ended(DateTimeOffset nextAt)
    {
        lock (_gate)
            (_current, _nextAt) = (null, nextAt);
    }

    /// <summary>What runs now, cluster by cluster.</summary>
    public IEnumerable<IReadOnlyList<Side>> Sides()
    {
        var broken = Current is { IsBroken: true } current ? current.Version : null;
        foreach (var (cluster, (traffic, _)) in _clusters)
        {
            var (stable, canary) = traffic.Running;
            // A broken version that is stable already, in one cluster of several, is broken there too; it isn't judged there.
            var sides = new List<Side> { new(Name, cluster, "stable", stable, IsBroken: false) };
            if (canary is not null)
                sides.Add(new Side(Name, cluster, "canary", canary, canary == broken));
            yield return sides;
        }
    }

    public Acknowledgement? Obey(ControlCommand command, DateTimeOffset now) =>
        _clusters.TryGetValue(command.Cluster, out var cluster) ? cluster.Agent.Handle(command, now) : null;

    private static (ObservedTraffic, DeploymentAgent) Begin(string app, string cluster)
    {
        var traffic = new ObservedTraffic($"{app} in {cluster}");
        return (traffic, new DeploymentAgent(app, cluster, traffic));
    }
}
