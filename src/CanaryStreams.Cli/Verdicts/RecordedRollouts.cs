using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Core.Telemetry.Decoding;
using CanaryStreams.Engine.Replay;

namespace CanaryStreams.Cli.Verdicts;

/// <summary>Reads the rollouts of a recorded file, for judges that aren't the engine.</summary>
internal sealed class RecordedRollouts
{
    private readonly SeriesTable _series = new();
    private readonly MeasurementDecoder _measurements;
    private readonly TransactionDecoder _transactions = new();
    private readonly UpdateDecoder _updates = new(new Dictionary<string, Policy> { ["default"] = new() });
    private readonly List<Reject> _rejects = [];
    private readonly Dictionary<string, RecordedRollout> _byApp = [];

    private RecordedRollouts() => _measurements = new MeasurementDecoder(_series);

    /// <summary>Reads the file twice: when a canary began is known only behind its stable side's history.</summary>
    /// <returns>Those rollouts, by name.</returns>
    /// <exception cref="InvalidDataException">A record that can't be read.</exception>
    public static IReadOnlyDictionary<string, RecordedRollout> Read(string path, IReadOnlySet<string> rollouts)
    {
        var reader = new RecordedRollouts();
        foreach (var record in Records(path).Where(record => record.Topic == Topics.Updates))
            reader.ReadRequest(record, rollouts);
        foreach (var record in Records(path))
            reader.ReadValues(record);
        return reader._byApp.Values.ToDictionary(rollout => rollout.Rollout);
    }

    private static IEnumerable<RawRecord> Records(string path) => ReplayInput.Read([path], () => Stream.Null);

    private void ReadRequest(RawRecord record, IReadOnlySet<string> rollouts)
    {
        if (
            _updates.Decode(record.Value.Span, out _) is { Command: RequestRollout request } update
            && rollouts.Contains(update.Rollout)
        )
            // It comes with the canary's first sample, which bears the end of its interval.
            _byApp[request.Request.App] = new RecordedRollout(
                update.Rollout,
                record.TimestampMs - SimulatedRollout.SampleMs + 1
            );
    }

    private void ReadValues(RawRecord record)
    {
        if (record.Topic == Topics.Telemetry)
        {
            var measurements = new List<Measurement>();
            _measurements.Decode(record, record.TimestampMs, measurements, _rejects);
            foreach (var measurement in measurements)
            {
                var key = _series[measurement.Series];
                Add(key.App, key.Metric, key.Track, measurement.TimeMs, measurement.Value, measurement.Count);
            }
        }
        else if (record.Topic == Topics.Transactions)
        {
            var results = new List<TransactionResult>();
            _transactions.Decode(record, record.TimestampMs, results, _rejects);
            foreach (var run in results)
                Add(run.App, RecordedRollout.Synthetic, run.Track, run.TimeMs, run.Success ? 0 : 1, 1);
        }
        if (_rejects is [var reject, ..])
            throw new InvalidDataException($"line {record.Offset}: {reject.Reason}");
    }

    private void Add(string app, string metric, Track track, long timeMs, double value, double count)
    {
        if (_byApp.TryGetValue(app, out var rollout))
            rollout.Add(metric, track, timeMs, value, count);
    }
}
