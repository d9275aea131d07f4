using System.Globalization;
using System.Text;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Pipeline;

/// <summary>Rejects as records of <c>canary.rejects</c>: the bytes untouched, reason and origin in headers.</summary>
public static class RejectRecord
{
    public const string Reason = "canary_reason";
    public const string OriginTopic = "canary_origin_topic";
    public const string OriginPartition = "canary_origin_partition";
    public const string OriginOffset = "canary_origin_offset";
    private const string BytesLeftOut = "canary_bytes_left_out";

    public static OutputRecord Of(Reject reject) =>
        new(
            Topics.Rejects,
            reject.Key,
            reject.Bytes,
            [
                Header(Reason, reject.Reason),
                Header(OriginTopic, reject.Topic),
                Header(OriginPartition, reject.Partition.ToString(CultureInfo.InvariantCulture)),
                Header(OriginOffset, reject.Offset.ToString(CultureInfo.InvariantCulture)),
            ]
        );

    /// <summary>The topic that a reject came from.</summary>
    public static string OriginOf(OutputRecord reject) =>
        Encoding.UTF8.GetString(reject.Headers!.First(header => header.Name == OriginTopic).Value.Span);

    /// <summary>For bytes that the rejects' own topic has no room for: the origin says where they are.</summary>
    public static OutputRecord WithoutBytes(OutputRecord reject) =>
        reject with
        {
            Value = default,
            Headers =
            [
                .. reject.Headers ?? [],
                Header(BytesLeftOut, reject.Value.Length.ToString(CultureInfo.InvariantCulture)),
            ],
        };

    private static RecordHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));
}
