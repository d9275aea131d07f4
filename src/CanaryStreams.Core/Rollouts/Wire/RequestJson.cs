using System.Text.Json;

namespace CanaryStreams.Core.Rollouts.Wire;

/// <summary>Writes the record that asks for a rollout, in the form of the wire contract.</summary>
public static class RequestJson
{
    /// <param name="timeMs">Unix milliseconds, written as a number.</param>
    public static void Write(Utf8JsonWriter json, RolloutRequest request, long timeMs)
    {
        json.WriteStartObject();
        json.WriteNumber("time"u8, timeMs);
        json.WriteString("type"u8, "rollout.requested"u8);
        json.WriteString("rollout"u8, request.Rollout);
        json.WriteString("app"u8, request.App);
        json.WriteString("version"u8, request.Version);
        if (request.From is not null)
            json.WriteString("from"u8, request.From);
        json.WriteStartArray("variants"u8);
        foreach (var variant in request.Variants)
            json.WriteStringValue(variant);
        json.WriteEndArray();
        json.WritePropertyName("change"u8);
        Write(json, request.Change);
        json.WriteStartArray("clusters"u8);
        foreach (var cluster in request.Clusters)
            Write(json, cluster);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter json, ChangeProfile change)
    {
        json.WriteStartObject();
        json.WriteNumber("files"u8, change.Files);
        json.WriteNumber("lines"u8, change.Lines);
        json.WriteNumber("dependencies"u8, change.Dependencies);
        json.WriteBoolean("schema"u8, change.Schema);
        json.WriteBoolean("configOnly"u8, change.ConfigOnly);
        json.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter json, ClusterProfile cluster)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, cluster.Name);
        if (cluster.Hardware is not null)
            json.WriteString("hardware"u8, cluster.Hardware);
        if (cluster.Region is not null)
            json.WriteString("region"u8, cluster.Region);
        if (cluster.LoadPct is { } load)
            json.WriteNumber("loadPct"u8, load);
        if (cluster.Instances is { } instances)
            json.WriteNumber("instances"u8, instances);
        if (cluster.Network is not null)
            json.WriteString("network"u8, cluster.Network);
        if (cluster.Kernel is not null)
            json.WriteString("kernel"u8, cluster.Kernel);
        if (cluster.MemoryGb is { } memory)
            json.WriteNumber("memoryGb"u8, memory);
        json.WriteEndObject();
    }
}
