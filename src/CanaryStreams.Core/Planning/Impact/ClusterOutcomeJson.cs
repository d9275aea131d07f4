using System.Buffers;
using System.Text.Json;
using CanaryStreams.Core.Rollouts.Wire;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>An outcome as one JSON object: a record of a topic or a line of a file.</summary>
public static class ClusterOutcomeJson
{
    public static ReadOnlyMemory<byte> Encode(ClusterOutcome row)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, row);
        return buffer.WrittenMemory;
    }

    /// <param name="json">One JSON object.</param>
    /// <param name="error">A sentence that names field and value; null where nothing is wrong.</param>
    /// <returns>Null where the row can't be used.</returns>
    public static ClusterOutcome? Decode(ReadOnlySpan<byte> json, out string? error) =>
        Fields.Parse(json, Read, out error);

    private static void Write(Utf8JsonWriter json, ClusterOutcome row)
    {
        json.WriteStartObject();
        json.WriteNumber("time"u8, row.TimeMs);
        json.WriteString("rollout"u8, row.Rollout);
        json.WriteString("app"u8, row.App);
        json.WriteBoolean("failed"u8, row.Failed);
        json.WriteBoolean("labelled"u8, row.IsLabelled);
        json.WriteNumber("order"u8, row.Order);
        json.WritePropertyName("change"u8);
        RequestJson.Write(json, row.Change);
        json.WritePropertyName("cluster"u8);
        RequestJson.Write(json, row.Cluster);
        json.WriteStartObject("effects"u8);
        foreach (var (metric, effect) in row.Effects.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WritePropertyName(metric);
            NumberConverter.Write(json, effect);
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static ClusterOutcome? Read(Fields fields)
    {
        var time = fields.Time("time");
        var rollout = fields.Text("rollout");
        var app = fields.Text("app");
        var failed = fields.Flag("failed");
        var cluster = fields.Object("cluster") is { } profile ? ProfileFields.Cluster(profile) : null;
        if (time is not { } at || rollout is null || app is null || failed is not { } isFailed || cluster is null)
            return null;
        return new ClusterOutcome
        {
            Rollout = rollout,
            App = app,
            TimeMs = at.ToUnixTimeMilliseconds(),
            Change = ProfileFields.Change(fields.OptionalObject("change")),
            Cluster = cluster,
            Failed = isFailed,
            Effects = fields.OptionalNumbers("effects"),
            IsLabelled = fields.OptionalFlag("labelled"),
            Order = fields.OptionalCount("order"),
        };
    }
}
