using System.Text.Json;

namespace CanaryStreams.Core.Rollouts.Wire;

/// <summary>Acknowledgements as they stand on <c>canary.acks</c>.</summary>
public static class AckCodec
{
    public static byte[] Encode(Acknowledgement ack) =>
        JsonSerializer.SerializeToUtf8Bytes(ack, WireJson.Context.Acknowledgement);

    /// <param name="json">One JSON object.</param>
    /// <param name="error">A sentence that names field and value; null where nothing is wrong.</param>
    /// <returns>Null where the bytes are no acknowledgement.</returns>
    public static Acknowledgement? Decode(ReadOnlySpan<byte> json, out string? error) =>
        Fields.Parse(json, Read, out error);

    private static Acknowledgement? Read(Fields fields)
    {
        var time = fields.Time("time");
        var id = fields.Text("id");
        var status = fields.Word<AckStatus>("status");
        var weight = fields.OptionalNumber("weightPct", 0, 100);
        if (time is null || id is null || status is null)
            return null;
        var slash = id.LastIndexOf('/');
        var rollout = fields.OptionalText("rollout") ?? (slash > 0 ? id[..slash] : id);
        return new Acknowledgement(
            time.Value,
            id,
            rollout,
            fields.OptionalText("app"),
            fields.OptionalText("cluster"),
            status.Value,
            weight is { } pct ? (int)Math.Round(pct) : null,
            fields.OptionalSentence("error")
        );
    }
}
