using System.Buffers;
using System.Text.Json;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// A model as a file or a record of a topic. Numbers have six significant digits, and a trained model is cut to them before
/// anybody asks it, so that what is read predicts what was written.
/// </summary>
public static class ImpactModelJson
{
    public const int FormatVersion = 1;

    /// <summary>Logits, logarithms and thresholds are small; of larger ones no probability could be told.</summary>
    private const double ParameterMax = 100;

    /// <summary>The year 9000, as in the records of the wire contract.</summary>
    private static readonly long s_lastMsMax = new DateTimeOffset(
        9000,
        1,
        1,
        0,
        0,
        0,
        TimeSpan.Zero
    ).ToUnixTimeMilliseconds();

    public static ReadOnlyMemory<byte> Encode(ImpactModel model)
    {
        var parameters = model.Parameters;
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, FormatVersion);
            json.WriteString("name"u8, parameters.Name);
            json.WriteNumber("seed"u8, parameters.Seed);
            json.WriteNumber("rows"u8, parameters.Rows);
            json.WriteNumber("lastMs"u8, parameters.LastMs);
            Write(json, "apps", model.Layout.Apps);
            Write(json, "clusters", model.Layout.Clusters);
            json.WriteStartObject("parameters"u8);
            for (var i = 0; i < model.Layout.Count; i++)
                json.WriteNumber(model.Layout.Priors[i].Name, parameters.Values[i]);
            json.WriteEndObject();
            Write(json, "covariance", parameters.Covariance);
            json.WriteStartObject("effects"u8);
            foreach (var (metric, regression) in parameters.Effects)
                Write(json, metric, regression);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    /// <exception cref="FormatException">No model of this version and these features, and why.</exception>
    public static ImpactModel Decode(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return new ImpactModel(Read(document.RootElement));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"The impact model can't be read: {e.Message}", e);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, double[] numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, double[][] triangle) =>
        Write(json, name, [.. triangle.SelectMany(row => row)]);

    private static void Write(Utf8JsonWriter json, string metric, EffectRegression regression)
    {
        json.WriteStartObject(metric);
        Write(json, "mean", regression.Mean);
        Write(json, "spread", regression.Spread);
        json.WriteNumber("noiseVariance"u8, regression.NoiseVariance);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> names)
    {
        json.WriteStartArray(name);
        foreach (var one in names)
            json.WriteStringValue(one);
        json.WriteEndArray();
    }

    private static ImpactParameters Read(JsonElement root)
    {
        var version = root.GetProperty("version").GetInt32();
        if (version != FormatVersion)
            throw new FormatException($"The impact model has version {version}; this program reads {FormatVersion}.");
        var layout = new ImpactLayout(Names(root, "apps"), Names(root, "clusters"));
        var values = root.GetProperty("parameters").EnumerateObject().ToList();
        if (!values.Select(value => value.Name).SequenceEqual(layout.Priors.Select(prior => prior.Name)))
            throw new FormatException("The impact model's 'parameters' are not those that this program knows.");
        return new ImpactParameters
        {
            Name = root.GetProperty("name").GetString() ?? throw Wrong("name"),
            Seed = root.GetProperty("seed").GetUInt64(),
            Rows = root.GetProperty("rows").GetInt32() is >= 0 and var rows ? rows : throw Wrong("rows"),
            LastMs =
                root.GetProperty("lastMs").GetInt64() is >= 0 and var last && last < s_lastMsMax
                    ? last
                    : throw Wrong("lastMs"),
            Layout = layout,
            Values = [.. values.Select(value => Parameter(value.Value.GetDouble()))],
            Covariance = Triangle(root, "covariance", layout.Count),
            Effects = Sorted(root.GetProperty("effects"), ReadRegression),
        };
    }

    private static double Parameter(double value) =>
        Math.Abs(value) <= ParameterMax ? value : throw Wrong("parameters");

    private static EffectRegression ReadRegression(JsonElement regression) =>
        new(
            Numbers(regression, "mean", EffectRegression.Count),
            Triangle(regression, "spread", EffectRegression.Count),
            regression.GetProperty("noiseVariance").GetDouble() is > 0 and < double.PositiveInfinity and var variance
                ? variance
                : throw Wrong("noiseVariance")
        );

    /// <summary>Each once, and no more than a trainer gives.</summary>
    private static string[] Names(JsonElement root, string name)
    {
        string[] names =
        [
            .. root.GetProperty(name).EnumerateArray().Select(one => one.GetString() ?? throw Wrong(name)),
        ];
        return names.Length <= ImpactLayout.NamedMax && names.Distinct(StringComparer.Ordinal).Count() == names.Length
            ? names
            : throw Wrong(name);
    }

    private static SortedDictionary<string, T> Sorted<T>(JsonElement holder, Func<JsonElement, T> read)
    {
        var sorted = new SortedDictionary<string, T>(StringComparer.Ordinal);
        foreach (var field in holder.EnumerateObject())
            sorted[field.Name] = read(field.Value);
        return sorted;
    }

    private static double[] Numbers(JsonElement holder, string name, int count)
    {
        double[] numbers = [.. holder.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
        return numbers.Length == count && numbers.All(double.IsFinite) ? numbers : throw Wrong(name);
    }

    private static double[][] Triangle(JsonElement holder, string name, int size)
    {
        var numbers = Numbers(holder, name, size * (size + 1) / 2);
        return [.. Enumerable.Range(0, size).Select(i => numbers[(i * (i + 1) / 2)..((i + 1) * (i + 2) / 2)])];
    }

    private static FormatException Wrong(string name) =>
        new($"The impact model's '{name}' is not what this program writes.");
}
