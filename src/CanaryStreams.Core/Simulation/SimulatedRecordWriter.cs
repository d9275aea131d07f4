using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation;

/// <summary>Writes the records of one rollout, in the words of the wire contract.</summary>
internal sealed class SimulatedRecordWriter(SimulatedRollout rollout)
{
    private const string Journey = "place-order";

    private readonly RecordBuffer _records = new();

    public SimulatedRecord Request(long timeMs)
    {
        var request = new RolloutRequest
        {
            Rollout = rollout.Rollout,
            App = rollout.App,
            Version = SimulatedRollout.CanaryVersion,
            From = SimulatedRollout.StableVersion,
            Change = new ChangeProfile
            {
                Files = 3 + rollout.Number % 40,
                Lines = 20 + rollout.Number * 37 % 900,
                Dependencies = rollout.Number % 3,
            },
            Clusters = [new ClusterProfile { Name = SimulatedRollout.Cluster }],
        };
        return _records.Write(Topics.Updates, timeMs, json => RequestJson.Write(json, request, timeMs));
    }

    /// <summary>What people say of it when it is over.</summary>
    public SimulatedRecord Outcome(long timeMs) =>
        _records.Outcome(
            rollout.Rollout,
            rollout.App,
            SimulatedRollout.Cluster,
            rollout.Family.IsFaulty(),
            "operator",
            timeMs
        );

    public SimulatedRecord Measurement(SimulatedSample sample, long canaryStartMs)
    {
        var timeMs = canaryStartMs + sample.OffsetMs;
        var metric = rollout.Metrics[sample.Metric].Policy.Name;
        var series = new SeriesKey(
            rollout.App,
            SimulatedRollout.Cluster,
            Version(sample.Track),
            sample.Track,
            null,
            metric
        );
        var value = Math.Round(sample.Value, 9);
        return _records.Write(
            Topics.Telemetry,
            timeMs,
            json => TelemetryJson.WriteMeasurement(json, series, timeMs, value, sample.Count)
        );
    }

    public SimulatedRecord Transaction(SimulatedPair pair, Track track, long canaryStartMs)
    {
        var failed = track == Track.Stable ? pair.StableFailed : pair.CanaryFailed;
        var result = new TransactionResult(
            canaryStartMs + pair.OffsetMs,
            rollout.App,
            SimulatedRollout.Cluster,
            Version(track),
            track,
            Variant: null,
            Journey,
            $"{rollout.App}-{pair.Run}",
            failed ? 30_000 : 180 + pair.Run * 7 % 40,
            !failed,
            failed ? "assertion: status 500, expected 200" : null,
            Steps: []
        );
        return _records.Write(Topics.Transactions, result.TimeMs, json => TelemetryJson.WriteTransaction(json, result));
    }

    private static string Version(Track track) =>
        track == Track.Stable ? SimulatedRollout.StableVersion : SimulatedRollout.CanaryVersion;
}
