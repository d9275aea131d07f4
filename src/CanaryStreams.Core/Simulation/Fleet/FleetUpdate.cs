using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>What a fault does to a request that meets it.</summary>
/// <param name="ErrorShare">Share of these requests that fail besides the usual ones, in [0,1].</param>
/// <param name="LatencyGrowth">What is added to a factor of one on their latency.</param>
/// <param name="OnsetMinutes">How long after the version came to a cluster the fault begins to act there.</param>
public sealed record FaultHarm(double ErrorShare, double LatencyGrowth, double OnsetMinutes);

/// <summary>A new process in its first minutes: latency and errors decay to the usual.</summary>
/// <param name="Latency">Added to a factor of one at the start.</param>
/// <param name="Errors">Added to a factor of one at the start.</param>
/// <param name="Minutes">Time constant of the decay.</param>
public sealed record ColdStart(double Latency, double Errors, double Minutes);

/// <summary>An update that somebody will ask to roll out, and what is hidden in it.</summary>
public sealed record FleetUpdate
{
    /// <summary>Place in the scenario, from 0.</summary>
    public required int Number { get; init; }

    public required FleetApp App { get; init; }

    /// <summary>Which of the application's updates, from 1.</summary>
    public required int Sequence { get; init; }

    /// <summary>When it is asked for, Unix milliseconds, the last of a minute.</summary>
    public required long RequestMs { get; init; }

    /// <summary>End of the first minute of stable telemetry before it.</summary>
    public long FirstMs => RequestMs + 1 - FleetScenario.HistoryMinutes * 60_000L;

    /// <summary>Of everything random that happens in its rollout.</summary>
    public required ulong Seed { get; init; }

    public required ChangeProfile Change { get; init; }
    public required HiddenFault Fault { get; init; }
    public required FaultHarm Harm { get; init; }

    /// <summary>Null where its processes are at full speed from the first minute.</summary>
    public ColdStart? ColdStart { get; init; }

    public string Version => $"2.{Sequence}.0";

    public string Rollout => $"{App.Name}-{Version}";

    /// <summary>Before the first update, or since the last one that was kept.</summary>
    public static string FirstVersion => "2.0.0";

    /// <summary>For each of the application's clusters whether it hurts there.</summary>
    public IReadOnlyList<bool> Hurt => [.. App.Clusters.Select(cluster => Fault.Hurts(cluster.ProfileAt(RequestMs)))];

    /// <summary>Whether it does harm anywhere. A fault that matches none of the clusters is as good as none.</summary>
    public bool IsBad => App.Clusters.Any(cluster => Fault.Hurts(cluster.ProfileAt(RequestMs)));

    /// <summary>Place of a cluster among the application's.</summary>
    public int IndexOf(string cluster)
    {
        for (var i = 0; i < App.Clusters.Count; i++)
            if (App.Clusters[i].Name == cluster)
                return i;
        throw new ArgumentException($"{App.Name} doesn't run in '{cluster}'", nameof(cluster));
    }

    public RolloutRequest Request() =>
        new()
        {
            Rollout = Rollout,
            App = App.Name,
            Version = Version,
            Change = Change,
            Clusters = [.. App.Clusters.Select(cluster => cluster.ProfileAt(RequestMs))],
        };
}
