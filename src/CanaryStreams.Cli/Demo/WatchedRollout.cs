using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Cli.Demo;

/// <summary>One rollout as its events and signals tell it.</summary>
internal sealed class WatchedRollout(DemoUpdate update)
{
    public DemoUpdate Update => update;

    /// <summary>The newest signal of the canary, by cluster and metric.</summary>
    public SortedDictionary<(string Cluster, string Metric), Signal> Newest { get; } = [];

    /// <summary>Where it grows, the first of those that go together; null before the first step.</summary>
    public string? Cluster { get; private set; }

    public int WeightPct { get; private set; }

    public string Phase { get; private set; } = "waiting";

    public List<string> Promoted { get; } = [];

    public RolloutOutcome? Outcome { get; private set; }

    public DateTimeOffset? RequestedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public RollbackDecided? Rollback { get; private set; }

    public bool IsAsItShouldBe =>
        update.Fault is null
            ? Outcome == RolloutOutcome.Promoted && Promoted.Count == DemoScenario.Clusters.Count
            : Outcome == RolloutOutcome.RolledBack;

    public void Take(Signal signal)
    {
        if (signal.Track == Track.Canary && signal.Version == update.Version)
            Newest[(signal.Cluster, signal.Metric)] = signal;
    }

    public void Take(RolloutEvent happened)
    {
        switch (happened)
        {
            case RolloutRequested:
                (RequestedAt, Phase) = (happened.Time, "requested");
                break;
            case StepStarted e:
                (Cluster, WeightPct, Phase) = (e.Cluster, e.WeightPct, "baking");
                break;
            case RolloutHeld e:
                Phase = $"held: {e.Reason}";
                break;
            case RolloutResumed:
                Phase = "baking";
                break;
            case ClusterPromoted e:
                Promoted.Add(e.Cluster);
                break;
            case RollbackDecided e:
                (Rollback, Phase, WeightPct) = (e, "rolling back", 0);
                break;
            case RolloutEnded e:
                (Outcome, EndedAt, Phase, WeightPct) = (e.Outcome, e.Time, DemoText.Name(e.Outcome), 0);
                break;
        }
    }
}
