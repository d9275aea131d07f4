using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>
/// What every encoding asks of a field's value. Each rule answers null, or the sentence that goes back to the
/// producer: the field, its value, what is allowed.
/// </summary>
public static class FieldRules
{
    /// <summary>A share must be in [0,1]; other kinds take any finite value.</summary>
    /// <remarks>Only the policy knows a metric's kind, so that the lane asks this and not the decoder.</remarks>
    public static string? Kind(string metric, MetricKind kind, double value) =>
        kind == MetricKind.Ratio && value is not (>= 0 and <= 1)
            ? $"value is {Shown.Number(value)}; {metric} is a ratio and must be in [0,1]"
            : null;

    internal static string? Text(string name, ReadOnlySpan<byte> text, DecodingLimits limits)
    {
        if (text.IsEmpty)
            return $"{name} is empty";
        return text.Length > limits.FieldBytesMax
            ? $"{name} is {text.Length} bytes long; at most {limits.FieldBytesMax} are allowed"
            : null;
    }

    internal static string? Time(long timeMs, long nowMs, DecodingLimits limits)
    {
        if (timeMs < DecodingLimits.OldestMs)
            return $"time is {Rfc3339.Format(timeMs)}, before 2000; a number is epoch milliseconds, not seconds";
        var ahead = timeMs - nowMs;
        var maxSkewMs = (long)limits.MaxSkew.TotalMilliseconds;
        return ahead > maxSkewMs
            ? $"time is {Rfc3339.Format(timeMs)}, {Shown.Duration(ahead)} ahead of the clock; at most {Shown.Duration(maxSkewMs)} is allowed"
            : null;
    }

    /// <summary>What is asked of the time of an update: one from far ahead would outrank every later one.</summary>
    public static string? UpdateTime(DateTimeOffset time, long nowMs, TimeSpan maxSkew)
    {
        var timeMs = time.ToUnixTimeMilliseconds();
        return timeMs < DecodingLimits.OldestMs
                ? $"time is {time:O}, before 2000; a number is epoch milliseconds, not seconds"
            : timeMs - nowMs > maxSkew.TotalMilliseconds
                ? $"time is {time:O}, more than {maxSkew.TotalMinutes:0.#} minutes ahead of the clock"
            : null;
    }

    /// <summary>What is asked of the time of a request beyond that: what became of a very old one may be forgotten.</summary>
    public static string? RequestTime(DateTimeOffset time, long nowMs, TimeSpan ageMax) =>
        nowMs - time.ToUnixTimeMilliseconds() > ageMax.TotalMilliseconds
            ? $"time is {time:O}, more than {ageMax.TotalDays:0.#} days ago, from when the journal remembers no rollouts: "
                + "request it anew, with the present time and another id"
            : null;

    internal static string? Finite(string name, double value) =>
        double.IsFinite(value) ? null : $"{name} is {Shown.Number(value)}; it must be a finite number";

    internal static string? NotNegative(string name, double value) =>
        Finite(name, value) ?? (value < 0 ? $"{name} is {Shown.Number(value)}; it must be ≥ 0" : null);

    /// <summary>A record keyed otherwise than by its application is in a partition that its rollout isn't in.</summary>
    internal static string? Key(ReadOnlySpan<byte> key, ReadOnlySpan<byte> app) =>
        key.IsEmpty || key.SequenceEqual(app)
            ? null
            : $"the record's key is {Shown.Text(key)} and app is {Shown.Text(app)}; records must be keyed by app";

    internal static bool TryTrack(ReadOnlySpan<byte> text, out Track track)
    {
        track = text.SequenceEqual("canary"u8) ? Track.Canary : Track.Stable;
        return track == Track.Canary || text.SequenceEqual("stable"u8);
    }

    internal static string UnknownTrack(ReadOnlySpan<byte> text) =>
        $"track is {Shown.Text(text)}; it must be \"stable\" or \"canary\"";
}
