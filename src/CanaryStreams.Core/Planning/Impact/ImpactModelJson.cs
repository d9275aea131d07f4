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
            Write(json, "rolloutSds", parameters.RolloutSds);
            json.WriteStartObject("weights"u8);
            for (var i = 0; i < model.Features.Count; i++)
                json.WriteNumber(model.Features.All[i].Name, parameters.Weights[i]);
            json.WriteEndObject();
            Write(json, "covariance", parameters.Covariance);
            json.WriteStartObject("effects"u8);
            foreach (var (metric, regression) in parameters.Effects)
                Write(json, metric, regression);
            json.WriteEndObject();
            Write(json, "apps", parameters.Apps);
            Write(json, "clusters", parameters.Clusters);
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

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, Tally> tallies)
    {
        json.WriteStartObject(name);
        foreach (var (key, tally) in tallies)
        {
            json.WriteStartArray(key);
            json.WriteNumberValue(tally.Tried);
            json.WriteNumberValue(tally.Failed);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static ImpactParameters Read(JsonElement root)
    {
        var version = root.GetProperty("version").GetInt32();
        if (version != FormatVersion)
            throw new FormatException($"The impact model has version {version}; this program reads {FormatVersion}.");
        var weights = root.GetProperty("weights").EnumerateObject().ToList();
        var names = weights.ConvertAll(weight => weight.Name);
        var fixedCount = new ImpactFeatures([]).Count;
        var categories = names.Skip(fixedCount).ToList();
        var expected = categories.Distinct().Count() == categories.Count ? new ImpactFeatures(categories) : null;
        if (expected is null || !names.SequenceEqual(expected.All.Select(feature => feature.Name)))
            throw new FormatException("The impact model's 'weights' are not those of this program's features.");
        return new ImpactParameters
        {
            Name = root.GetProperty("name").GetString() ?? throw Wrong("name"),
            Seed = root.GetProperty("seed").GetUInt64(),
            Rows = Count(root.GetProperty("rows"), "rows"),
            LastMs = root.GetProperty("lastMs").GetInt64(),
            Categories = categories,
            Weights = [.. weights.Select(weight => weight.Value.GetDouble())],
            Covariance = Triangle(root, "covariance", expected.Count),
            RolloutSds = Numbers(root, "rolloutSds", ClusterTraits.Names.Count + 1),
            Effects = Sorted(root.GetProperty("effects"), ReadRegression),
            Apps = Sorted(root.GetProperty("apps"), ReadTally),
            Clusters = Sorted(root.GetProperty("clusters"), ReadTally),
        };
    }

    private static EffectRegression ReadRegression(JsonElement regression) =>
        new(
            Numbers(regression, "mean", EffectRegression.Count),
            Triangle(regression, "spread", EffectRegression.Count),
            regression.GetProperty("noiseVariance").GetDouble() is > 0 and var variance
                ? variance
                : throw Wrong("noiseVariance")
        );

    private static Tally ReadTally(JsonElement tally)
    {
        if (tally.GetArrayLength() != 2)
            throw Wrong("apps' or 'clusters");
        var read = new Tally(Count(tally[0], "tried"), Count(tally[1], "failed"));
        return read.Failed <= read.Tried ? read : throw Wrong("failed");
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

    private static int Count(JsonElement number, string name) =>
        number.GetInt32() is >= 0 and var count ? count : throw Wrong(name);

    private static FormatException Wrong(string name) =>
        new($"The impact model's '{name}' is not what this program writes.");
}
