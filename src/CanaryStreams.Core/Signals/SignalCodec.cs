using System.Text.Json;
using CanaryStreams.Core.Rollouts.Wire;

namespace CanaryStreams.Core.Signals;

/// <summary>Signals as they stand on <c>canary.signals</c>.</summary>
public static class SignalCodec
{
    public static byte[] Encode(Signal signal) => JsonSerializer.SerializeToUtf8Bytes(signal, WireJson.Context.Signal);

    public static void Encode(Utf8JsonWriter writer, Signal signal) =>
        JsonSerializer.Serialize(writer, signal, WireJson.Context.Signal);

    /// <param name="error">A sentence that names what is wrong; null where nothing is.</param>
    /// <returns>Null where the bytes are no signal.</returns>
    public static Signal? Decode(ReadOnlySpan<byte> json, out string? error)
    {
        try
        {
            var signal = JsonSerializer.Deserialize(json, WireJson.Context.Signal);
            error = signal is null ? "a signal must be a JSON object, not null" : Missing(signal);
            return error is null ? signal : null;
        }
        catch (JsonException e)
        {
            error = $"not a signal: {e.Message}";
            return null;
        }
    }

    /// <summary>A required member may be there and null, which its type doesn't show.</summary>
    private static string? Missing(Signal signal) =>
        signal.App is null || signal.Cluster is null || signal.Version is null || signal.Metric is null
            ? "not a signal: app, cluster, version and metric must be strings, not null"
            : null;
}
