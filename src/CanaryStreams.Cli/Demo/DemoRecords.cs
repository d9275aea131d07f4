using System.Buffers;
using System.Text;
using System.Text.Json;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Cli.Demo;

/// <summary>Records of the wire contract, as any producer would write them.</summary>
internal static class DemoRecords
{
    public static OutputRecord Measurement(DateTimeOffset time, SeriesKey series, double value, int count) =>
        Record(
            Topics.Telemetry,
            series.App,
            json => TelemetryJson.WriteMeasurement(json, series, time.ToUnixTimeMilliseconds(), value, count)
        );

    public static OutputRecord Transaction(TransactionResult result) =>
        Record(Topics.Transactions, result.App, json => TelemetryJson.WriteTransaction(json, result));

    public static OutputRecord Request(DateTimeOffset time, DemoUpdate update)
    {
        var request = new RolloutRequest
        {
            Rollout = update.Rollout,
            App = update.App,
            Version = update.Version,
            From = update.From,
            Change = new ChangeProfile { Files = 14, Lines = 820 },
            Clusters =
            [
                .. DemoScenario.Clusters.Select(cluster => new ClusterProfile
                {
                    Name = cluster.Name,
                    Hardware = cluster.Hardware,
                    Region = cluster.Region,
                    LoadPct = cluster.LoadPct,
                    Instances = cluster.Instances,
                }),
            ],
        };
        return Record(
            Topics.Updates,
            update.App,
            json => RequestJson.Write(json, request, time.ToUnixTimeMilliseconds())
        );
    }

    private static OutputRecord Record(string topic, string key, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return new OutputRecord(topic, Encoding.UTF8.GetBytes(key), buffer.WrittenMemory);
    }
}
