using System.Text;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Rollouts.Wire;

/// <summary>Headers of CloudEvents 1.0 in Kafka's binary mode.</summary>
public static class CloudEvents
{
    public const string Source = "/canarystreams";

    /// <param name="id">With <paramref name="source"/> unique; the same for a record that is sent again.</param>
    public static IReadOnlyList<RecordHeader> Headers(string type, string source, string id, DateTimeOffset time) =>
        [
            Header("ce_specversion", "1.0"),
            Header("ce_id", id),
            Header("ce_type", type),
            Header("ce_source", source),
            Header("ce_time", TimeConverter.Text(time)),
            Header("content-type", "application/json"),
        ];

    private static RecordHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));
}
