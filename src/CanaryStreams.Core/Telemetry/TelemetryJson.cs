using System.Text.Json;

namespace CanaryStreams.Core.Telemetry;

/// <summary>Writes the records that producers send, in the form of the wire contract.</summary>
public static class TelemetryJson
{
    /// <param name="timeMs">Unix milliseconds, written as a number.</param>
    /// <param name="value">Finite; the mean of <paramref name="count"/> observations.</param>
    public static void WriteMeasurement(Utf8JsonWriter json, SeriesKey series, long timeMs, double value, double count)
    {
        json.WriteStartObject();
        WriteOrigin(json, timeMs, series.App, series.Cluster, series.Version, series.Track, series.Variant);
        json.WriteString("metric"u8, series.Metric);
        json.WriteNumber("value"u8, value);
        json.WriteNumber("count"u8, count);
        json.WriteEndObject();
    }

    public static void WriteTransaction(Utf8JsonWriter json, TransactionResult result)
    {
        json.WriteStartObject();
        WriteOrigin(json, result.TimeMs, result.App, result.Cluster, result.Version, result.Track, result.Variant);
        json.WriteString("transaction"u8, result.Transaction);
        if (result.Run is not null)
            json.WriteString("run"u8, result.Run);
        json.WriteNumber("durationMs"u8, result.DurationMs);
        json.WriteBoolean("success"u8, result.Success);
        if (result.Error is not null)
            json.WriteString("error"u8, result.Error);
        json.WriteStartArray("steps"u8);
        foreach (var step in result.Steps)
            WriteStep(json, step);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOrigin(
        Utf8JsonWriter json,
        long timeMs,
        string app,
        string cluster,
        string version,
        Track track,
        string? variant
    )
    {
        json.WriteNumber("time"u8, timeMs);
        json.WriteString("app"u8, app);
        json.WriteString("cluster"u8, cluster);
        json.WriteString("version"u8, version);
        json.WriteString("track"u8, track == Track.Canary ? "canary"u8 : "stable"u8);
        if (variant is not null)
            json.WriteString("variant"u8, variant);
    }

    private static void WriteStep(Utf8JsonWriter json, TransactionStep step)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, step.Name);
        json.WriteNumber("durationMs"u8, step.DurationMs);
        json.WriteBoolean("success"u8, step.Success);
        if (step.Status is { } status)
            json.WriteNumber("status"u8, status);
        json.WriteEndObject();
    }
}
