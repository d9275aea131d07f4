using System.Text.Json;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>
/// OTLP metrics as JSON (the protobuf JSON mapping: 64-bit integers as strings or numbers, enumerations as numbers or
/// names). Leaves garbage: its records carry hundreds of points each and little time is lost.
/// </summary>
internal sealed class OtlpJson(OtlpPoints points, DecodingLimits limits)
{
    /// <param name="element">A well-formed JSON object with <c>resourceMetrics</c>.</param>
    public void Decode(ReadOnlySpan<byte> element)
    {
        using var document = JsonDocument.Parse(
            element.ToArray(),
            new JsonDocumentOptions { MaxDepth = limits.DepthMax }
        );
        var resources = new List<OtlpResource>();
        foreach (var resource in Items(document.RootElement, "resourceMetrics"))
            resources.Add(Resource(resource));
        points.Add(resources);
    }

    private static OtlpResource Resource(JsonElement json)
    {
        var resource = new OtlpResource();
        if (TryGet(json, "resource", out var described))
            Labels(described, resource.Labels);
        foreach (var scope in Items(json, "scopeMetrics"))
        {
            foreach (var metric in Items(scope, "metrics"))
                resource.Metrics.Add(Metric(metric));
        }
        return resource;
    }

    private static OtlpMetric Metric(JsonElement json)
    {
        var metric = new OtlpMetric { Name = Text(json, "name") ?? "" };
        metric.Kind =
            TryGet(json, "gauge", out var data) ? OtlpKind.Gauge
            : TryGet(json, "sum", out data) ? OtlpKind.Sum
            : TryGet(json, "histogram", out data) ? OtlpKind.Histogram
            : TryGet(json, "exponentialHistogram", out data) ? OtlpKind.ExponentialHistogram
            : TryGet(json, "summary", out data) ? OtlpKind.Summary
            : OtlpKind.Unknown;
        metric.Temporality = Temporality(data);
        foreach (var point in Items(data, "dataPoints"))
            metric.Points.Add(Point(point, metric.Kind));
        return metric;
    }

    private static OtlpPoint Point(JsonElement json, OtlpKind kind)
    {
        var labels = new OtlpLabels();
        Labels(json, labels);
        var isHistogram = kind is OtlpKind.Histogram or OtlpKind.ExponentialHistogram;
        return new OtlpPoint(
            labels,
            Nanoseconds(json, "timeUnixNano"),
            isHistogram ? Number(json, "sum") : Number(json, "asDouble") ?? Number(json, "asInt"),
            isHistogram ? Number(json, "count") ?? 0 : 1,
            ((long)(Number(json, "flags") ?? 0) & 1) != 0
        );
    }

    private static OtlpTemporality Temporality(JsonElement json) =>
        Text(json, "aggregationTemporality") switch
        {
            "AGGREGATION_TEMPORALITY_DELTA" => OtlpTemporality.Delta,
            null => (OtlpTemporality)(int)Math.Clamp(Number(json, "aggregationTemporality") ?? 0, 0, 2),
            _ => OtlpTemporality.Cumulative,
        };

    private static void Labels(JsonElement json, OtlpLabels labels)
    {
        foreach (var attribute in Items(json, "attributes"))
        {
            if (
                Text(attribute, "key") is { } key
                && TryGet(attribute, "value", out var value)
                && Text(value, "stringValue") is { } text
            )
                labels.Set(key, text);
        }
    }

    private static bool TryGet(JsonElement json, string name, out JsonElement value)
    {
        value = default;
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out value);
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement json, string name) =>
        TryGet(json, name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    private static string? Text(JsonElement json, string name)
    {
        if (!TryGet(json, name, out var value) || value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is no text; the field then counts as missing.
            return null;
        }
    }

    /// <summary>Never by way of a double, which holds nanoseconds since 1970 to a quarter of a microsecond only.</summary>
    private static ulong Nanoseconds(JsonElement json, string name)
    {
        if (!TryGet(json, name, out var value))
            return 0;
        var text = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Text(json, name);
        return ulong.TryParse(text, out var nanoseconds) ? nanoseconds : 0;
    }

    /// <summary>A number, or a string that holds one; NaN and infinities included (refused later, by name).</summary>
    private static double? Number(JsonElement json, string name)
    {
        if (!TryGet(json, name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Number)
            return value.GetDouble();
        return double.TryParse(Text(json, name), out var number) ? number : null;
    }
}
