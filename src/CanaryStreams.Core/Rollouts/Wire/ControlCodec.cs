using System.Text.Json;

namespace CanaryStreams.Core.Rollouts.Wire;

/// <summary>Commands as they stand on <c>canary.control</c>.</summary>
public static class ControlCodec
{
    public static byte[] Encode(ControlCommand command) =>
        JsonSerializer.SerializeToUtf8Bytes(command, WireJson.Context.ControlCommand);

    /// <param name="error">A sentence that names what is wrong; null where nothing is.</param>
    /// <returns>Null where the bytes are no command.</returns>
    public static ControlCommand? Decode(ReadOnlySpan<byte> json, out string? error)
    {
        try
        {
            var command = JsonSerializer.Deserialize(json, WireJson.Context.ControlCommand);
            error = command is null ? "a command must be a JSON object, not null" : null;
            return command;
        }
        catch (JsonException e)
        {
            error = $"not a command: {e.Message}";
            return null;
        }
    }
}
