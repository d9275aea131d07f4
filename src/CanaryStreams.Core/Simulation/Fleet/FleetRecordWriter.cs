using System.Buffers;
using System.Text.Json;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>Writes what happens in the simulated fleet in the words of the wire contract.</summary>
public sealed class FleetRecordWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(512);

    public SimulatedRecord Request(RolloutRequest request, long timeMs) =>
        Write(Topics.Updates, timeMs, json => RequestJson.Write(json, request, timeMs));

    /// <summary>A person gives up on a rollout.</summary>
    public SimulatedRecord Cancellation(FleetUpdate update, string why, long timeMs) =>
        Write(
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
        Write(
            Topics.Updates,
            timeMs,
            json =>
            {
                json.WriteStartObject();
                json.WriteNumber("time"u8, timeMs);
                json.WriteString("type"u8, "outcome.reported"u8);
                json.WriteString("rollout"u8, update.Rollout);
                json.WriteString("app"u8, update.App.Name);
                json.WriteString("cluster"u8, cluster);
                json.WriteString("outcome"u8, "bad"u8);
                json.WriteString("source"u8, "incident"u8);
                json.WriteEndObject();
            }
        );

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
        return Write(
            Topics.Telemetry,
            timeMs,
            json => TelemetryJson.WriteMeasurement(json, series, timeMs, value, count)
        );
    }

    private SimulatedRecord Write(string topic, long timeMs, Action<Utf8JsonWriter> write)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer))
            write(json);
        return new SimulatedRecord(topic, timeMs, _buffer.WrittenSpan.ToArray());
    }
}
