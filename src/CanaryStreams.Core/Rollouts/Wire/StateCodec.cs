using System.Text.Json;
using System.Text.Json.Serialization;

namespace CanaryStreams.Core.Rollouts.Wire;

/// <summary>
/// A rollout's state to the last bit, for the program that wrote it: a snapshot saves folding events again and is no contract
/// with anybody.
/// </summary>
public static class StateCodec
{
    public static byte[] Encode(RolloutState state) =>
        JsonSerializer.SerializeToUtf8Bytes(state, StateJson.Default.RolloutState);

    /// <returns>Null where the bytes are no state.</returns>
    public static RolloutState? Decode(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StateJson.Default.RolloutState);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Unlike records on topics: times to the tick, numbers to the last digit, NaN by its name.</summary>
[JsonSourceGenerationOptions(
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
)]
[JsonSerializable(typeof(RolloutState))]
internal sealed partial class StateJson : JsonSerializerContext;
