using System.Buffers;
using System.Text.Json;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation;

/// <summary>Writes simulated records in the words of the wire contract, over one buffer.</summary>
internal sealed class RecordBuffer
{
    private readonly ArrayBufferWriter<byte> _buffer = new(512);

    public SimulatedRecord Write(string topic, long timeMs, Action<Utf8JsonWriter> write)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer))
            write(json);
        return new SimulatedRecord(topic, timeMs, _buffer.WrittenSpan.ToArray());
    }

    /// <summary>Somebody says how a rollout turned out in a cluster.</summary>
    /// <param name="source"><c>operator</c> or <c>incident</c>.</param>
    public SimulatedRecord Outcome(
        string rollout,
        string app,
        string cluster,
        bool isBad,
        string source,
        long timeMs
    ) =>
        Write(
            Topics.Updates,
            timeMs,
            json =>
            {
                json.WriteStartObject();
                json.WriteNumber("time"u8, timeMs);
                json.WriteString("type"u8, "outcome.reported"u8);
                json.WriteString("rollout"u8, rollout);
                json.WriteString("app"u8, app);
                json.WriteString("cluster"u8, cluster);
                json.WriteString("outcome"u8, isBad ? "bad"u8 : "good"u8);
                json.WriteString("source"u8, source);
                json.WriteEndObject();
            }
        );
}
