using System.Text;
using System.Text.Json;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>Reads one transaction result and remembers the first thing that is wrong with it.</summary>
internal ref struct TransactionReader(DecodingLimits limits, long nowMs, ReadOnlySpan<byte> key)
{
    private readonly ReadOnlySpan<byte> _key = key;

    /// <summary>Why <see cref="Read"/> gave null.</summary>
    public string? Reason { get; private set; }

    public TransactionResult? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Reason = "a transaction result must be a JSON object";
            return null;
        }
        var app = Text(json, "app");
        var result = new TransactionResult(
            Time(json),
            app,
            Text(json, "cluster"),
            Text(json, "version"),
            ReadTrack(json),
            OptionalText(json, "variant"),
            Text(json, "transaction"),
            OptionalText(json, "run"),
            DurationMs(json, "durationMs"),
            Flag(json, "success"),
            Error(json),
            Steps(json)
        );
        Reason ??= FieldRules.Time(result.TimeMs, nowMs, limits) ?? FieldRules.Key(_key, Encoding.UTF8.GetBytes(app));
        if (Reason is not null)
            return null;
        return result.Track == Track.Stable ? result with { Variant = null } : result;
    }

    private long Time(JsonElement json)
    {
        var field = Field(json, "time");
        var reason = Reason;
        field.TryTime("time", out var ms, ref reason);
        Reason = reason;
        return ms;
    }

    private Track ReadTrack(JsonElement json)
    {
        var text = Text(json, "track");
        if (Reason is null && text is not ("stable" or "canary"))
            Reason = FieldRules.UnknownTrack(Encoding.UTF8.GetBytes(text));
        return text == "canary" ? Track.Canary : Track.Stable;
    }

    /// <summary>Steps; one bad step refuses the whole result, since a missing step would be taken for one not reached.</summary>
    private TransactionStep[] Steps(JsonElement json)
    {
        if (!json.TryGetProperty("steps", out var list) || list.ValueKind == JsonValueKind.Null)
            return [];
        if (list.ValueKind != JsonValueKind.Array)
            Reason ??= "steps must be an array";
        else if (list.GetArrayLength() > limits.StepsMax)
            Reason ??= $"steps has {list.GetArrayLength()} elements; at most {limits.StepsMax} are allowed";
        if (Reason is not null)
            return [];
        var steps = new TransactionStep[list.GetArrayLength()];
        for (var i = 0; i < steps.Length && Reason is null; i++)
        {
            steps[i] = Step(list[i]);
            if (Reason is not null)
                Reason = $"steps[{i}]: {Reason}";
        }
        return steps;
    }

    private TransactionStep Step(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object)
            return new(Text(json, "name"), DurationMs(json, "durationMs"), Flag(json, "success"), Status(json));
        Reason ??= "a step must be a JSON object";
        return new("", 0, false, null);
    }

    private int? Status(JsonElement json)
    {
        if (!json.TryGetProperty("status", out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var status))
            return status;
        Reason ??= $"status is {Shown.Text(value.GetRawText())}; it must be an integer";
        return null;
    }

    /// <summary>The error's text, cut to the limit: it is for people, and a stack trace is no reason to refuse a result.</summary>
    private string? Error(JsonElement json)
    {
        var field = Field(json, "error");
        if (field.IsAbsent)
            return null;
        var reason = Reason;
        field.TryText("error", out var text, ref reason);
        Reason = reason;
        var length = Math.Min(text.Length, limits.ErrorBytesMax);
        while (length < text.Length && length > 0 && (text[length] & 0xC0) == 0x80)
            length--;
        return Encoding.UTF8.GetString(text[..length]);
    }

    private double DurationMs(JsonElement json, string name)
    {
        var field = Field(json, name);
        var reason = Reason;
        field.TryNumber(name, out var value, ref reason);
        Reason = reason ?? FieldRules.NotNegative(name, value);
        return value;
    }

    private bool Flag(JsonElement json, string name)
    {
        if (json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Reason ??=
            value.ValueKind == JsonValueKind.Undefined
                ? $"{name} is missing"
                : $"{name} is {Shown.Text(value.GetRawText())}; it must be true or false";
        return false;
    }

    private string? OptionalText(JsonElement json, string name)
    {
        var field = Field(json, name);
        if (field.IsAbsent)
            return null;
        var text = Text(json, name, required: false);
        return text.Length == 0 ? null : text;
    }

    private string Text(JsonElement json, string name, bool required = true)
    {
        var field = Field(json, name);
        var reason = Reason;
        if (field.TryText(name, out var text, ref reason) && (required || !text.IsEmpty))
            reason ??= FieldRules.Text(name, text, limits);
        Reason = reason;
        return Encoding.UTF8.GetString(text);
    }

    private static JsonField Field(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value))
            return default;
        var reader = new Utf8JsonReader(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value));
        reader.Read();
        return JsonField.Read(ref reader);
    }
}
