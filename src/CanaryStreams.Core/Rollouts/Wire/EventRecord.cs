using System.Buffers;
using System.Text;
using System.Text.Json;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Rollouts.Wire;

/// <summary>A journalled event as a record of <c>canary.events</c>, and where it holds a command, of <c>canary.control</c>.</summary>
public static class EventRecord
{
    /// <summary>
    /// <c>{"type":…,"rollout":…,"sequence":n,"data":payload}</c>, keyed by rollout; n counts a rollout's events from 1.
    /// </summary>
    /// <param name="name">The event's name as it was journalled, which the payload belongs to: maybe an earlier version's.</param>
    public static OutputRecord ForEvents(
        string rollout,
        long sequence,
        string name,
        DateTimeOffset time,
        ReadOnlySpan<byte> payload
    )
    {
        var buffer = new ArrayBufferWriter<byte>(payload.Length + 128);
        using (
            var writer = new Utf8JsonWriter(
                buffer,
                new JsonWriterOptions { Encoder = WireJson.Context.Options.Encoder }
            )
        )
        {
            writer.WriteStartObject();
            writer.WriteString("type", name);
            writer.WriteString("rollout", rollout);
            writer.WriteNumber("sequence", sequence);
            writer.WritePropertyName("data");
            writer.WriteRawValue(payload, skipInputValidation: true);
            writer.WriteEndObject();
        }
        var headers = CloudEvents.Headers(name, CloudEvents.Source, $"{rollout}#{sequence}", time);
        return new OutputRecord(Topics.Events, Encoding.UTF8.GetBytes(rollout), buffer.WrittenMemory, headers);
    }

    /// <summary>Null where the event sends no command.</summary>
    public static OutputRecord? ForControl(RolloutEvent happened)
    {
        var command = happened switch
        {
            CommandIssued e => e.Command,
            CommandResent e => e.Command,
            _ => null,
        };
        if (command is null)
            return null;
        var headers = CloudEvents.Headers("canary.command.v1", CloudEvents.Source, command.Id, command.Time);
        return new OutputRecord(
            Topics.Control,
            Encoding.UTF8.GetBytes(command.App),
            ControlCodec.Encode(command),
            headers
        );
    }
}
