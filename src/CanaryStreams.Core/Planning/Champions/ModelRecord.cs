using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Planning.Champions;

/// <summary>
/// What a registry holds, as records of <c>canary.models</c>: a model under its version, the terms under <c>champion</c>, a
/// shadowed rollout under <c>shadow/</c> and its name. The value says itself what it is.
/// </summary>
public static class ModelRecord
{
    private const string ChampionKey = "champion";

    public static OutputRecord Of(RegisteredModel model) =>
        Record(
            model.Version,
            json =>
            {
                json.WriteString("type"u8, "model");
                json.WriteString("version"u8, model.Version);
                Write(json, "made", model.MadeMs);
                json.WriteNumber("rollouts"u8, model.Card.Rollouts);
                Write(json, "baseRate", model.Card.BaseRate);
                Write(json, "brier", model.Card.Brier);
                Write(json, "brierSkill", model.Card.BrierSkill);
                json.WritePropertyName("model"u8);
                json.WriteRawValue(ImpactModelJson.Encode(model.Model).Span);
            }
        );

    /// <param name="terms">Oldest first.</param>
    public static OutputRecord Of(IReadOnlyList<ChampionTerm> terms) =>
        Record(
            ChampionKey,
            json =>
            {
                json.WriteString("type"u8, "champion");
                json.WriteStartArray("terms"u8);
                foreach (var term in terms)
                {
                    json.WriteStartObject();
                    json.WriteString("version"u8, term.Version);
                    Write(json, "from", term.FromMs);
                    json.WriteString("by"u8, term.By);
                    json.WriteString("reason"u8, term.Reason);
                    if (term.IsWithdrawal)
                        json.WriteBoolean("withdrawal"u8, true);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
        );

    public static OutputRecord Of(ShadowedRollout rollout) =>
        Record(
            $"shadow/{rollout.Rollout}",
            json =>
            {
                json.WriteString("type"u8, "shadow");
                json.WriteString("rollout"u8, rollout.Rollout);
                Write(json, "requested", rollout.RequestedMs);
                json.WritePropertyName("made"u8);
                Write(json, rollout.Made);
                json.WriteStartArray("shadows"u8);
                foreach (var plan in rollout.Shadows)
                    Write(json, plan);
                json.WriteEndArray();
                json.WriteBoolean("ended"u8, rollout.IsEnded);
                json.WriteStartObject("noted"u8);
                foreach (var (cluster, sustained) in rollout.Noted)
                    Write(json, cluster, sustained);
                json.WriteEndObject();
            }
        );

    /// <summary>The registry with what a record says.</summary>
    /// <exception cref="FormatException">Nothing that this program knows, and why.</exception>
    public static ModelRegistry Read(ModelRegistry registry, ReadOnlyMemory<byte> value)
    {
        try
        {
            using var document = JsonDocument.Parse(value);
            var root = document.RootElement;
            return root.GetProperty("type").GetString() switch
            {
                "model" => registry.With(ReadModel(root)),
                "champion" => registry.With([.. root.GetProperty("terms").EnumerateArray().Select(ReadTerm)]),
                "shadow" => registry.With(ReadShadowed(root)),
                var type => throw new FormatException($"'{type}' is nothing that this program knows."),
            };
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"The record can't be read: {e.Message}", e);
        }
    }

    private static OutputRecord Record(string key, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 12);
        var options = new JsonWriterOptions { Encoder = WireJson.Context.Options.Encoder };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return new OutputRecord(Topics.Models, Encoding.UTF8.GetBytes(key), buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter json, ShadowPlan plan)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, plan.Model);
        json.WriteStartArray("clusters"u8);
        foreach (var cluster in plan.Clusters)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, cluster.Name);
            Write(json, "failureThreshold", cluster.FailureThreshold);
            json.WriteStartArray("steps"u8);
            foreach (var step in cluster.Steps)
                json.WriteNumberValue(step);
            json.WriteEndArray();
            if (cluster.Wave is { } wave)
                json.WriteNumber("wave"u8, wave);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, long timeMs) =>
        json.WriteString(name, TimeConverter.Text(DateTimeOffset.FromUnixTimeMilliseconds(timeMs)));

    private static void Write(Utf8JsonWriter json, string name, double? number)
    {
        json.WritePropertyName(name);
        NumberConverter.Write(json, number ?? double.NaN);
    }

    private static RegisteredModel ReadModel(JsonElement root)
    {
        var model = ImpactModelJson.Decode(Encoding.UTF8.GetBytes(root.GetProperty("model").GetRawText()));
        var card = new ModelCard(
            root.GetProperty("rollouts").GetInt32(),
            Number(root, "baseRate") ?? 0,
            Number(root, "brier"),
            Number(root, "brierSkill")
        );
        return new RegisteredModel(model, card, Time(root, "made"));
    }

    private static ChampionTerm ReadTerm(JsonElement term) =>
        new(
            term.GetProperty("version").GetString(),
            Time(term, "from"),
            Text(term, "by"),
            Text(term, "reason"),
            term.TryGetProperty("withdrawal", out var withdrawal) && withdrawal.GetBoolean()
        );

    private static ShadowedRollout ReadShadowed(JsonElement root) =>
        new(
            Text(root, "rollout"),
            Time(root, "requested"),
            Plan(root.GetProperty("made")),
            [.. root.GetProperty("shadows").EnumerateArray().Select(Plan)],
            root.GetProperty("ended").GetBoolean(),
            root.GetProperty("noted")
                .EnumerateObject()
                .ToImmutableSortedDictionary(one => one.Name, one => one.Value.GetDouble(), StringComparer.Ordinal)
        );

    private static ShadowPlan Plan(JsonElement plan) =>
        new(Text(plan, "model"), [.. plan.GetProperty("clusters").EnumerateArray().Select(Cluster)]);

    private static ShadowCluster Cluster(JsonElement cluster) =>
        new(
            Text(cluster, "name"),
            cluster.GetProperty("failureThreshold").GetDouble(),
            [.. cluster.GetProperty("steps").EnumerateArray().Select(step => step.GetInt32())],
            cluster.TryGetProperty("wave", out var wave) ? wave.GetInt32() : null
        );

    private static string Text(JsonElement holder, string name) =>
        holder.GetProperty(name).GetString() ?? throw new FormatException($"The record has no {name}.");

    private static long Time(JsonElement holder, string name) =>
        holder.GetProperty(name).GetDateTimeOffset().ToUnixTimeMilliseconds();

    private static double? Number(JsonElement holder, string name) =>
        holder.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;
}
