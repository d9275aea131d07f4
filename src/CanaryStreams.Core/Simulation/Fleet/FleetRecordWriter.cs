using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>Writes what happens in the simulated fleet in the words of the wire contract.</summary>
public sealed class FleetRecordWriter
{
    private readonly RecordBuffer _records = new();

    public SimulatedRecord Request(RolloutRequest request, long timeMs) =>
        _records.Write(Topics.Updates, timeMs, json => RequestJson.Write(json, request, timeMs));

    /// <summary>A person gives up on a rollout.</summary>
    public SimulatedRecord Cancellation(FleetUpdate update, string why, long timeMs) =>
        _records.Write(
            Topics.Updates,
            timeMs,
            json =>
            {
                json.WriteStartObject();
                json.WriteNumber("time"u8, timeMs);
                json.WriteString("type"u8, "rollout.cancelled"u8);
                json.WriteString("rollout"u8, update.Rollout);
                json.WriteString("app"u8, update.App.Name);
                json.WriteString("by"u8, "the simulated operator"u8);
                json.WriteString("reason"u8, why);
                json.WriteEndObject();
            }
        );

    /// <summary>An incident shows that the update was bad in a cluster.</summary>
    public SimulatedRecord Incident(FleetUpdate update, string cluster, long timeMs) =>
        _records.Outcome(update.Rollout, update.App.Name, cluster, isBad: true, "incident", timeMs);

    /// <param name="version">What runs in the reading's arm.</param>
    public SimulatedRecord Measurement(FleetUpdate update, in FleetReading reading, string version, long timeMs)
    {
        var series = new SeriesKey(
            update.App.Name,
            update.App.Clusters[reading.Cluster].Name,
            version,
            reading.Track,
            null,
            FleetScenario.Metrics[reading.Metric].Name
        );
        var (value, count) = (Math.Round(reading.Value, 9), reading.Count);
        return _records.Write(
            Topics.Telemetry,
            timeMs,
            json => TelemetryJson.WriteMeasurement(json, series, timeMs, value, count)
        );
    }
}
