using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CanaryStreams.Core.Rollouts.Wire;

/// <summary>RFC 3339 in UTC with milliseconds.</summary>
public sealed class TimeConverter : JsonConverter<DateTimeOffset>
{
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset().ToUniversalTime();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Text(value));

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
}

/// <summary>
/// Six significant digits, so that the last bits in which the mathematics libraries of two machines differ don't show;
/// what is not finite is null, and null is read as NaN.
/// </summary>
public sealed class NumberConverter : JsonConverter<double>
{
    public override bool HandleNull => true;

    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
        Write(writer, value);

    public static void Write(Utf8JsonWriter writer, double value)
    {
        if (!double.IsFinite(value))
            writer.WriteNullValue();
        else if (value == Math.Truncate(value) && Math.Abs(value) < 1_000_000)
            writer.WriteNumberValue((long)value);
        else
            writer.WriteNumberValue(Rounded(value));
    }

    /// <summary>The nearest number of six significant digits.</summary>
    public static double Rounded(double value)
    {
        if (value == 0 || !double.IsFinite(value))
            return value;
        Span<char> digits = stackalloc char[32];
        value.TryFormat(digits, out var length, "E5", CultureInfo.InvariantCulture);
        return double.Parse(digits[..length], NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}

/// <summary>Lower camel case, as the wire has its words.</summary>
public sealed class WordConverter<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>Words joined by hyphens: <c>set-canary</c>.</summary>
public sealed class HyphenatedConverter<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
