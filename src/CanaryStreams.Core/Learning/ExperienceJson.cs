using System.Buffers;
using System.Text.Json;
using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Learning;

/// <summary>
/// Experiences as records of <c>canary.fleet</c>. Numbers keep all their digits, so that what is read again teaches the
/// same; what is not finite is null. An arm is <c>[count, mean, readings, variance]</c>, a bucket
/// <c>[end, stable, canary]</c>, with the end in Unix milliseconds.
/// </summary>
public static class ExperienceJson
{
    public const int FormatVersion = 1;

    public static ReadOnlyMemory<byte> Encode(RolloutExperience experience)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 14);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, FormatVersion);
            json.WriteNumber("time"u8, experience.LearntMs);
            json.WriteString("rollout"u8, experience.Rollout);
            json.WriteString("app"u8, experience.App);
            json.WriteStartArray("metrics"u8);
            foreach (var metric in experience.Metrics)
                Write(json, metric);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    /// <exception cref="FormatException">No experience of this version, and why.</exception>
    public static RolloutExperience Decode(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return Read(document.RootElement);
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or ArgumentException
                        or IndexOutOfRangeException
            )
        {
            throw new FormatException($"The experience can't be read: {e.Message}", e);
        }
    }

    private static RolloutExperience Read(JsonElement root)
    {
        var version = root.GetProperty("version").GetInt32();
        if (version != FormatVersion)
            throw new FormatException($"The experience has version {version}; this program reads {FormatVersion}.");
        return new RolloutExperience(
            ReadText(root, "rollout"),
            ReadText(root, "app"),
            root.GetProperty("time").GetInt64(),
            [.. root.GetProperty("metrics").EnumerateArray().Select(ReadMetric)]
        );
    }

    private static void Write(Utf8JsonWriter json, MetricExperience metric)
    {
        var policy = metric.Policy;
        json.WriteStartObject();
        json.WriteString("metric"u8, policy.Name);
        json.WriteString("kind"u8, policy.Kind.ToString());
        json.WriteString("worse"u8, policy.Worse.ToString());
        json.WriteNumber("minEffect"u8, policy.MinEffect.Size);
        json.WriteBoolean("relative"u8, policy.MinEffect.Relative);
        json.WriteStartArray("history"u8);
        foreach (var arm in metric.StableHistory)
            Write(json, arm);
        json.WriteEndArray();
        json.WriteStartArray("buckets"u8);
        foreach (var bucket in metric.Buckets)
        {
            json.WriteStartArray();
            json.WriteNumberValue(bucket.EndMs);
            Write(json, bucket.Stable);
            Write(json, bucket.Canary);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, in Arm arm)
    {
        json.WriteStartArray();
        Write(json, arm.Count);
        Write(json, arm.Mean);
        json.WriteNumberValue(arm.Readings);
        Write(json, arm.Variance);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteNullValue();
    }

    private static MetricExperience ReadMetric(JsonElement metric) =>
        new(
            new MetricPolicy(
                ReadText(metric, "metric"),
                ReadName<MetricKind>(metric, "kind"),
                ReadName<Worse>(metric, "worse"),
                new MinEffect(ReadSize(metric, "minEffect"), metric.GetProperty("relative").GetBoolean())
            ),
            [.. metric.GetProperty("history").EnumerateArray().Select(ReadArm)],
            [
                .. metric
                    .GetProperty("buckets")
                    .EnumerateArray()
                    .Select(b => new ArmsBucket(b[0].GetInt64(), ReadArm(b[1]), ReadArm(b[2]))),
            ]
        );

    private static Arm ReadArm(JsonElement arm) =>
        new(ReadNumber(arm[0]), ReadNumber(arm[1]), arm[2].GetInt32(), ReadNumber(arm[3]));

    private static string ReadText(JsonElement holder, string name) =>
        holder.GetProperty(name).GetString() ?? throw new FormatException($"The experience has no {name}.");

    private static T ReadName<T>(JsonElement holder, string name)
        where T : struct, Enum =>
        Enum.Parse<T>(ReadText(holder, name)) is var value && Enum.IsDefined(value)
            ? value
            : throw new FormatException($"The experience has an unknown {name}.");

    private static double ReadSize(JsonElement holder, string name) =>
        holder.GetProperty(name).GetDouble() is > 0 and < double.PositiveInfinity and var size
            ? size
            : throw new FormatException($"The experience's {name} is not above zero.");

    private static double ReadNumber(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble();
}
