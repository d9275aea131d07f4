using CanaryStreams.Core.Planning;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>
/// The records of a fleet that nobody judges: every rollout goes through the fixed steps in every cluster, in the order of
/// its plan, a bad one too. A judge that replays them may decide whenever it likes. It is given a little more time for each
/// step than it needs, because a canary that has gone on says nothing any more.
/// </summary>
public sealed class FleetRecording
{
    private const long MinuteMs = 60_000;

    /// <summary>Minutes of a step beyond its bake time.</summary>
    private const int Spare = 2;

    private readonly FleetRecordWriter _writer = new();
    private readonly Queue<FleetUpdate> _toCome;
    private readonly Dictionary<string, string[]> _stable;
    private readonly List<(FleetRollout Rollout, Queue<Move> Moves)> _running = [];

    public FleetRecording(FleetScenario scenario)
    {
        _toCome = new Queue<FleetUpdate>(scenario.Updates);
        _stable = scenario.FirstVersions();
    }

    /// <summary>All records in the order of time; a minute is in memory at a time. To be played once.</summary>
    public IEnumerable<SimulatedRecord> Play()
    {
        var records = new List<SimulatedRecord>();
        for (var endMs = 0L; _toCome.Count > 0 || _running.Count > 0; )
        {
            endMs = _running.Count > 0 ? endMs + MinuteMs : Math.Max(endMs + MinuteMs, _toCome.Peek().FirstMs);
            records.Clear();
            Play(endMs, records);
            foreach (var record in records.OrderBy(record => record.TimeMs))
                yield return record;
        }
    }

    /// <summary>Header and rows of the truth that goes with the records, a row for each cluster of a rollout, as CSV.</summary>
    public static IEnumerable<string> Truth(FleetScenario scenario)
    {
        yield return "rollout,app,requested,fault,bad,error_share,latency_growth,cluster,hurt,canary_start,hurts_at,promoted";
        foreach (var update in scenario.Updates)
        {
            var moves = Moves(update);
            foreach (var cluster in moves.Select(move => move.Cluster).Distinct())
            {
                var startMs = moves.First(move => move.Cluster == cluster).TimeMs;
                var promotedMs = moves.Last(move => move.Cluster == cluster).TimeMs;
                var hurtsMs = startMs + (long)(update.Harm.OnsetMinutes * MinuteMs);
                yield return string.Join(
                    ',',
                    update.Rollout,
                    update.App.Name,
                    Rfc3339(update.RequestMs),
                    update.Fault.Name(),
                    update.IsBad ? "true" : "false",
                    update.IsBad ? Math.Round(update.Harm.ErrorShare, 6) : 0,
                    update.IsBad ? Math.Round(update.Harm.LatencyGrowth, 6) : 0,
                    update.App.Clusters[cluster].Name,
                    update.Hurt[cluster] ? "true" : "false",
                    Rfc3339(startMs),
                    update.Hurt[cluster] ? Rfc3339(hurtsMs) : "",
                    Rfc3339(promotedMs)
                );
            }
        }
    }

    private void Play(long endMs, List<SimulatedRecord> records)
    {
        while (_toCome.TryPeek(out var next) && next.FirstMs <= endMs)
        {
            _toCome.Dequeue();
            _running.Add((new FleetRollout(next, _stable[next.App.Name]), new Queue<Move>(Moves(next))));
        }
        foreach (var (rollout, moves) in _running)
        {
            rollout.Play(endMs, _writer, records);
            if (rollout.Update.RequestMs == endMs - 1)
                records.Add(_writer.Request(rollout.Update.Request(), endMs - 1));
            while (moves.TryPeek(out var move) && move.TimeMs <= endMs)
            {
                moves.Dequeue();
                if (move.WeightPct is { } weight)
                    rollout.SetCanary(move.Cluster, weight, endMs);
                else
                    rollout.Promote(move.Cluster, endMs);
            }
        }
        _running.RemoveAll(one => one.Moves.Count == 0);
    }

    private static List<Move> Moves(FleetUpdate update)
    {
        var policy = FleetPolicies.FixedSteps;
        var takes = (long)policy.Bake.TotalMilliseconds + Spare * MinuteMs;
        var moves = new List<Move>();
        var timeMs = update.RequestMs + 1;
        foreach (var plan in Planner.Plan(update.Request(), policy).Clusters)
        {
            var cluster = update.IndexOf(plan.Name);
            foreach (var weight in plan.CanarySteps)
            {
                moves.Add(new Move(timeMs, cluster, weight));
                timeMs += takes;
            }
            moves.Add(new Move(timeMs, cluster, null));
        }
        return moves;
    }

    private static string Rfc3339(long timeMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(timeMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    /// <param name="TimeMs">End of the minute behind which it is in force.</param>
    /// <param name="WeightPct">Null: promoted.</param>
    private readonly record struct Move(long TimeMs, int Cluster, int? WeightPct);
}
