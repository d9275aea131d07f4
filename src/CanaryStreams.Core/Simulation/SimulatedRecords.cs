using System.Text;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation;

/// <summary>A record as a recorded file has it.</summary>
/// <param name="TimeMs">Event time, Unix milliseconds.</param>
/// <param name="Value">The record's JSON value, UTF-8.</param>
public readonly record struct SimulatedRecord(string Topic, long TimeMs, ReadOnlyMemory<byte> Value)
{
    /// <summary>The line of a <c>.jsonl</c> file that <c>replay</c> reads: <c>{"topic":…,"value":{…}}</c>.</summary>
    public string Line => $$"""{"topic":"{{Topic}}","value":{{Encoding.UTF8.GetString(Value.Span)}}}""";
}

/// <summary>
/// Plays many rollouts at once as the records of the wire contract, in time order. Rollouts begin within ten minutes of
/// each other, each at its own phase, so that their records interleave. One sample interval is in memory at a time.
/// </summary>
public static class SimulatedRecords
{
    private const int StartsWithinTicks = 20;

    /// <summary>How long the play of any number of rollouts lasts at most.</summary>
    public const long PlayMs =
        (SimulatedRollout.HistoryMinutes + SimulatedRollout.CanaryMinutes) * 60_000L
        + (StartsWithinTicks + 3L) * SimulatedRollout.SampleMs;

    /// <param name="rollouts">Each number once. An earlier one ends with what people say of it.</param>
    /// <param name="startMs">When the first telemetry may begin, Unix milliseconds, a whole minute.</param>
    public static IEnumerable<SimulatedRecord> Play(IReadOnlyList<SimulatedRollout> rollouts, long startMs)
    {
        var plays = rollouts
            .Select(r => new Playing(r, startMs))
            .OrderBy(p => p.PhaseMs)
            .ThenBy(p => p.Number)
            .ToArray();
        var records = new List<SimulatedRecord>();
        for (var tick = 0; plays.Any(p => !p.Ended); tick++)
            foreach (var playing in plays)
            {
                records.Clear();
                playing.Next(tick, records);
                foreach (var record in records)
                    yield return record;
            }
    }

    /// <summary>Header and rows of the truth that goes with the records, as CSV.</summary>
    public static IEnumerable<string> Truth(IReadOnlyList<SimulatedRollout> rollouts, long startMs)
    {
        yield return "rollout,app,family,faulty,canary_start,onset,hurts_at,requests_per_minute,canary_share";
        foreach (var rollout in rollouts)
        {
            var canary = new Playing(rollout, startMs).CanaryStartMs;
            yield return string.Join(
                ',',
                rollout.Rollout,
                rollout.App,
                rollout.Family.Name(),
                rollout.Family.IsFaulty() ? "true" : "false",
                Rfc3339(canary),
                rollout.OnsetMinute is { } onset ? Rfc3339(canary + (long)(onset * 60_000)) : "",
                rollout.HurtsAtMinute is { } hurts ? Rfc3339(canary + (long)(hurts * 60_000)) : "",
                rollout.CanaryRequestsPerMinute,
                rollout.CanaryShare
            );
        }
    }

    private static string Rfc3339(long timeMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(timeMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    /// <summary>One rollout on the way.</summary>
    private sealed class Playing
    {
        private readonly SimulatedRollout _rollout;
        private readonly RolloutPlayer _player;
        private readonly SimulatedRecordWriter _writer;
        private readonly List<SimulatedSample> _samples = [];
        private readonly List<SimulatedPair> _pairs = [];
        private readonly int _startTick;
        private bool _requested;
        private bool _told;

        public Playing(SimulatedRollout rollout, long startMs)
        {
            var random = SeededRandom.Of(rollout.Seed, 1);
            _rollout = rollout;
            _player = new RolloutPlayer(rollout);
            _writer = new SimulatedRecordWriter(rollout);
            _startTick = (int)random.Uniform(0, StartsWithinTicks);
            PhaseMs = (int)random.Uniform(0, SimulatedRollout.SampleMs);
            _told = !rollout.IsEarlier;
            CanaryStartMs =
                startMs
                + PhaseMs
                + ((long)_startTick * SimulatedRollout.SampleMs)
                + (SimulatedRollout.HistoryMinutes * 60_000L);
        }

        public int Number => _rollout.Number;

        public int PhaseMs { get; }

        public long CanaryStartMs { get; }

        public bool Ended => _player.Ended && _told;

        public void Next(int tick, List<SimulatedRecord> records)
        {
            if (tick < _startTick || Ended)
                return;
            if (_player.Ended)
            {
                _told = true;
                records.Add(_writer.Outcome(CanaryStartMs + _player.NextOffsetMs - 1));
                return;
            }
            if (!_requested && _player.NextOffsetMs > 0)
            {
                // Every record of a tick has the time of its end; the request comes with the first of the canary's.
                _requested = true;
                records.Add(_writer.Request(CanaryStartMs + _player.NextOffsetMs - 1));
            }
            _samples.Clear();
            _pairs.Clear();
            _player.Next(_samples, _pairs);
            foreach (var sample in _samples)
                records.Add(_writer.Measurement(sample, CanaryStartMs));
            foreach (var pair in _pairs)
            {
                records.Add(_writer.Transaction(pair, Track.Stable, CanaryStartMs));
                records.Add(_writer.Transaction(pair, Track.Canary, CanaryStartMs));
            }
        }
    }
}
