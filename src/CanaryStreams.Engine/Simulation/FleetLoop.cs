using System.Text;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Simulation.Fleet;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Replay;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Engine.Simulation;

/// <summary>
/// Closes the loop between the simulated fleet and the engine, in event time: a minute of telemetry for the weights in
/// force, the commands that follow from it, their acknowledgements, the next minute. The engine is the one that replays
/// recordings. The same scenario and way of planning give the same results.
/// </summary>
public sealed class FleetLoop
{
    private const long MinuteMs = 60_000;
    private const long IncidentMs = FleetResult.IncidentMinutes * MinuteMs;
    private const string Ended = "rollout.ended";

    private readonly IPlanningArm _arm;
    private readonly ReplayRun _engine;
    private readonly FleetRecordWriter _writer = new();
    private readonly Dictionary<string, string[]> _stable;
    private readonly Queue<FleetUpdate> _toCome;
    private readonly List<FleetRollout> _running = [];
    private readonly PriorityQueue<(FleetUpdate Update, RolloutState Ended), (long, int)> _incidents = new();
    private readonly List<OutputRecord> _written = [];
    private readonly List<SimulatedRecord> _records = [];
    private readonly List<FleetResult> _results = [];
    private long _line;

    public FleetLoop(FleetScenario scenario, IPlanningArm arm)
    {
        _arm = arm;
        _engine = arm.Start(Settings, _written.Add);
        _stable = scenario.FirstVersions();
        _toCome = new Queue<FleetUpdate>(scenario.Updates);
    }

    /// <summary>
    /// How the engine reads the fleet's telemetry: all of a minute comes at once, at its end, and a bucket needn't wait for
    /// the next minute to close. What an application's arms were like in its last rollout is half a day old and forgotten.
    /// </summary>
    public static StreamSettings Settings { get; } =
        new()
        {
            AllowedLateness = TimeSpan.FromSeconds(5),
            IdleAfter = TimeSpan.FromSeconds(5),
            History = TimeSpan.FromMinutes(FleetScenario.HistoryMinutes),
            ForgetAfter = TimeSpan.FromMinutes(10),
        };

    /// <summary>What the engine has decided, to be explained.</summary>
    public RolloutReader Rollouts => _engine.Rollouts;

    /// <summary>Runs every rollout of the scenario to its end.</summary>
    /// <returns>In the order of the scenario's updates.</returns>
    public async Task<IReadOnlyList<FleetResult>> RunAsync(CancellationToken stop)
    {
        var endMs = 0L;
        while (_toCome.Count > 0 || _running.Count > 0)
        {
            endMs = _running.Count > 0 ? endMs + MinuteMs : Math.Max(endMs + MinuteMs, _toCome.Peek().FirstMs);
            await PlayAsync(endMs, stop);
        }
        TellIncidents(long.MaxValue);
        return [.. _results.OrderBy(result => result.Update.Number)];
    }

    private async Task PlayAsync(long endMs, CancellationToken stop)
    {
        while (_toCome.TryPeek(out var next) && next.FirstMs <= endMs)
        {
            _toCome.Dequeue();
            _running.Add(new FleetRollout(next, _stable[next.App.Name]));
        }
        _records.Clear();
        TellIncidents(endMs);
        foreach (var rollout in _running)
        {
            rollout.Play(endMs, _writer, _records);
            AskOrGiveUp(rollout, endMs);
        }
        var clockMs = endMs + (long)(Settings.AllowedLateness + Settings.IdleAfter).TotalMilliseconds;
        await PushAsync(clockMs, stop);
        while (_written.Count > 0)
        {
            Hear(clockMs);
            if (_records.Count == 0)
                break;
            await PushAsync(clockMs, stop);
        }
    }

    private void AskOrGiveUp(FleetRollout rollout, long endMs)
    {
        var update = rollout.Update;
        var sinceMs = endMs - 1 - update.RequestMs;
        if (sinceMs == 0)
            _records.Add(_writer.Request(_arm.Ask(update.Request()), update.RequestMs));
        else if (sinceMs == FleetScenario.LongestMinutes * MinuteMs)
            _records.Add(_writer.Cancellation(update, "it takes too long", endMs - 1));
    }

    private async Task PushAsync(long clockMs, CancellationToken stop)
    {
        var batch = _records.ConvertAll(record => new RawRecord(
            record.Topic,
            0,
            ++_line,
            record.TimeMs,
            default,
            record.Value,
            null
        ));
        _records.Clear();
        _written.Clear();
        await _engine.PushAsync(batch, clockMs, stop);
    }

    /// <summary>Does what the engine commands, and answers; takes note of what has ended.</summary>
    private void Hear(long clockMs)
    {
        foreach (var record in _written)
        {
            switch (record.Topic)
            {
                case Topics.Control:
                    Obey(ControlCodec.Decode(record.Value.Span, out _)!, clockMs);
                    break;
                case Topics.Events when IsEnd(record):
                    End(Encoding.UTF8.GetString(record.Key.Span), clockMs);
                    break;
                case Topics.Rejects:
                    throw new InvalidOperationException(
                        $"the engine rejects a record of the simulated fleet: {Encoding.UTF8.GetString(record.Value.Span)}"
                    );
            }
        }
        _written.Clear();
    }

    private void Obey(ControlCommand command, long clockMs)
    {
        var rollout = _running.Find(one => one.Update.Rollout == command.Rollout)!;
        var weight = rollout.Apply(command, clockMs);
        var ack = Acknowledgement.Applied(command, DateTimeOffset.FromUnixTimeMilliseconds(clockMs), weight);
        _records.Add(new SimulatedRecord(Topics.Acks, clockMs, AckCodec.Encode(ack)));
    }

    private void End(string name, long clockMs)
    {
        var index = _running.FindIndex(one => one.Update.Rollout == name);
        var rollout = _running[index];
        var ended = _engine.Rollouts.Show(name)!;
        var planned = _engine.Rollouts.Events(name).Select(e => e.Happened).OfType<RolloutPlanned>().First();
        var result = FleetResult.Of(rollout, planned.Plan, ended);
        _running.RemoveAt(index);
        _results.Add(result);
        foreach (var outcome in FleetOutcomes.Of(rollout, ended, clockMs))
            _arm.Learn(outcome);
        if (result.IsMissed)
            _incidents.Enqueue((rollout.Update, ended), (clockMs + IncidentMs, rollout.Update.Number));
    }

    /// <summary>Incidents until a time: the planner hears of them, and so does the engine.</summary>
    private void TellIncidents(long untilMs)
    {
        while (_incidents.TryPeek(out var incident, out var due) && due.Item1 <= untilMs)
        {
            _incidents.Dequeue();
            foreach (var outcome in FleetOutcomes.OfIncident(incident.Update, incident.Ended, due.Item1))
            {
                _arm.Learn(outcome);
                _records.Add(_writer.Incident(incident.Update, outcome.Cluster.Name, due.Item1));
            }
        }
    }

    private static bool IsEnd(OutputRecord record) =>
        record.Headers is { } headers
        && headers.Any(header =>
            header.Name == "ce_type"
            && Encoding.UTF8.GetString(header.Value.Span).StartsWith(Ended, StringComparison.Ordinal)
        );
}
