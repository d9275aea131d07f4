using System.Buffers;
using System.Text;
using System.Text.Json;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Cli.Demo;

/// <summary>Records of the wire contract, as any producer would write them.</summary>
internal static class DemoRecords
{
    public static OutputRecord Measurement(
        DateTimeOffset time,
        string app,
        string cluster,
        string version,
        Track track,
        string metric,
        double value,
        int count
    ) =>
        Record(
            Topics.Telemetry,
            app,
            json =>
            {
                WriteOrigin(json, time, app, cluster, version, track);
                json.WriteString("metric", metric);
                json.WriteNumber("value", value);
                json.WriteNumber("count", count);
            }
        );

    public static OutputRecord Transaction(
        DateTimeOffset time,
        string app,
        string cluster,
        string version,
        Track track,
        string transaction,
        string run,
        double durationMs,
        bool success
    ) =>
        Record(
            Topics.Transactions,
            app,
            json =>
            {
                WriteOrigin(json, time, app, cluster, version, track);
                json.WriteString("transaction", transaction);
                json.WriteString("run", run);
                json.WriteNumber("durationMs", durationMs);
                json.WriteBoolean("success", success);
                json.WriteStartArray("steps");
                json.WriteEndArray();
            }
        );

    public static OutputRecord Request(DateTimeOffset time, DemoUpdate update) =>
        Record(
            Topics.Updates,
            update.App,
            json =>
            {
                json.WriteString("time", time);
                json.WriteString("type", "rollout.requested");
                json.WriteString("rollout", update.Rollout);
                json.WriteString("app", update.App);
                json.WriteString("version", update.Version);
                json.WriteString("from", update.From);
                json.WriteStartObject("change");
                json.WriteNumber("files", 14);
                json.WriteNumber("lines", 820);
                json.WriteEndObject();
                json.WriteStartArray("clusters");
                foreach (var cluster in DemoScenario.Clusters)
                {
                    json.WriteStartObject();
                    json.WriteString("name", cluster.Name);
                    json.WriteString("hardware", cluster.Hardware);
                    json.WriteString("region", cluster.Region);
                    json.WriteNumber("loadPct", cluster.LoadPct);
                    json.WriteNumber("instances", cluster.Instances);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
        );

    private static void WriteOrigin(
        Utf8JsonWriter json,
        DateTimeOffset time,
        string app,
        string cluster,
        string version,
        Track track
    )
    {
        json.WriteString("time", time);
        json.WriteString("app", app);
        json.WriteString("cluster", cluster);
        json.WriteString("version", version);
        json.WriteString("track", track == Track.Canary ? "canary" : "stable");
    }

    private static OutputRecord Record(string topic, string key, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return new OutputRecord(topic, Encoding.UTF8.GetBytes(key), buffer.WrittenMemory);
    }
}
