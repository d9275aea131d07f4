using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>
/// One rollout in the simulated world: who answers the requests now, and what came of it so far. It does what an agent
/// does with commands: applies them at once.
/// </summary>
public sealed class FleetRollout
{
    private const long HalfMs = 30_000;
    private readonly FleetTraffic _play;
    private readonly ClusterTraffic[] _traffic;
    private readonly string[] _stable;
    private readonly string[] _before;
    private readonly HashSet<string> _promoted = [];
    private readonly List<FleetReading> _readings = [];
    private readonly List<ClusterMinute> _minutes = [];

    /// <param name="stable">For each cluster the version that runs there; replaced where the update is promoted.</param>
    public FleetRollout(FleetUpdate update, string[] stable)
    {
        Update = update;
        _play = new FleetTraffic(update);
        _stable = stable;
        _traffic = new ClusterTraffic[update.App.Clusters.Count];
        _before = [.. stable];
    }

    public FleetUpdate Update { get; }

    /// <summary>Requests that met the fault while it acted.</summary>
    public long MetFault { get; private set; }

    /// <summary>Requests that the update answered.</summary>
    public long OnUpdate { get; private set; }

    /// <summary>Start of the first minute in which a request met the fault; null where none has.</summary>
    public long? FirstMetMs { get; private set; }

    /// <summary>How the cluster's requests are shared now.</summary>
    public ClusterTraffic TrafficOf(int cluster) => _traffic[cluster];

    /// <summary>Whether it was promoted there once, though it may have been rolled back since.</summary>
    public bool WasPromotedIn(string cluster) => _promoted.Contains(cluster);

    /// <summary>Plays a minute and adds its telemetry.</summary>
    public void Play(long endMs, FleetRecordWriter writer, List<SimulatedRecord> records)
    {
        _readings.Clear();
        _minutes.Clear();
        _play.Play(endMs, _traffic, _readings, _minutes);
        foreach (var reading in _readings)
        {
            var version = reading.Track == Track.Canary ? Update.Version : _stable[reading.Cluster];
            // What was seen in a half is told at its end: a millisecond inside.
            var timeMs = endMs - 1 - (1 - reading.Half) * HalfMs;
            records.Add(writer.Measurement(Update, reading, version, timeMs));
        }
        foreach (var minute in _minutes)
        {
            (OnUpdate, MetFault) = (OnUpdate + minute.OnUpdate, MetFault + minute.MetFault);
            if (minute.MetFault > 0)
                FirstMetMs ??= endMs - 60_000;
        }
    }

    /// <summary>Does what a command says.</summary>
    /// <returns>The weight in force afterwards.</returns>
    public int Apply(ControlCommand command, long timeMs)
    {
        var cluster = Update.IndexOf(command.Cluster);
        switch (command.Command)
        {
            case CommandKind.Promote:
                Promote(cluster, timeMs);
                break;
            case CommandKind.Rollback:
                _traffic[cluster] = ClusterTraffic.None;
                _stable[cluster] = _before[cluster];
                break;
            default:
                SetCanary(cluster, command.WeightPct, timeMs);
                break;
        }
        return _traffic[cluster].WeightPct;
    }

    /// <param name="cluster">Index in the application's clusters.</param>
    internal void SetCanary(int cluster, int weightPct, long timeMs) =>
        _traffic[cluster] = _traffic[cluster].WithCanary(weightPct, timeMs);

    internal void Promote(int cluster, long timeMs)
    {
        _traffic[cluster] = _traffic[cluster].Promoted(timeMs);
        _stable[cluster] = Update.Version;
        _promoted.Add(Update.App.Clusters[cluster].Name);
    }
}
