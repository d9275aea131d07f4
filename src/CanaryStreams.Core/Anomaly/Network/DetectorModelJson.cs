using System.Buffers.Binary;
using System.Text.Json;
using CanaryStreams.Core.Anomaly.Detection;

namespace CanaryStreams.Core.Anomaly.Network;

/// <summary>The form of a <see cref="DetectorModel"/>'s file. Every error names what it found where.</summary>
internal static class DetectorModelJson
{
    public static IEnumerable<(string Name, double Value)> Numbers(FusionSettings fusion) =>
        [
            ("levelOnsetShare", fusion.LevelOnsetShare),
            ("levelSurpriseWeight", fusion.LevelSurpriseWeight),
            ("onsetOnsetShare", fusion.OnsetOnsetShare),
            ("onsetSurpriseWeight", fusion.OnsetSurpriseWeight),
            ("surpriseCentre", fusion.SurpriseCentre),
            ("scoreScale", fusion.ScoreScale),
            ("scoreOffset", fusion.ScoreOffset),
            ("fatigueShare", fusion.FatigueShare),
            ("fatigueHours", fusion.FatigueHours),
            ("onsetMargin", fusion.OnsetMargin),
        ];

    public static void Write(DetectorModel model, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", DetectorModel.FormatVersion);
        writer.WritePropertyName("card");
        model.Card.WriteTo(writer);
        writer.WriteStartObject("shape");
        writer.WriteNumber("channels", model.Ensemble.Shape.Channels);
        writer.WriteNumber("context", model.Ensemble.Shape.ContextLength);
        writer.WriteEndObject();
        writer.WriteStartArray("networks");
        foreach (var network in model.Ensemble.Networks)
        {
            var bytes = new byte[network.Parameters.Length * sizeof(float)];
            for (var i = 0; i < network.Parameters.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), network.Parameters[i]);
            writer.WriteBase64StringValue(bytes);
        }
        writer.WriteEndArray();
        writer.WriteStartObject("fusion");
        foreach (var (name, value) in Numbers(model.Fusion))
            writer.WriteNumber(name, value);
        writer.WriteEndObject();
        if (model.Without != DetectorAblation.None)
            WriteWithout(model.Without, writer);
        writer.WriteEndObject();
    }

    private static void WriteWithout(DetectorAblation without, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("without");
        foreach (
            var part in Enum.GetValues<DetectorAblation>()
                .Where(part => part != DetectorAblation.None && without.HasFlag(part))
        )
            writer.WriteStringValue(part.ToString());
        writer.WriteEndArray();
    }

    public static DetectorModel Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException)
        {
            throw new FormatException($"The detector model can't be read: {e.Message}", e);
        }
    }

    /// <exception cref="FormatException">Not a whole model; the message lacks the preamble.</exception>
    public static DetectorModel Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new FormatException($"it is {root.ValueKind}, not an object");
        var version = Integer(root, "version");
        if (version != DetectorModel.FormatVersion)
            throw new FormatException($"it has version {version}; this program reads {DetectorModel.FormatVersion}");
        var card = Member(root, "card", JsonValueKind.Object);
        var sizes = Member(root, "shape", JsonValueKind.Object);
        var shape = new NetworkShape(Integer(sizes, "channels"), Integer(sizes, "context"));
        var networks = Member(root, "networks", JsonValueKind.Array).EnumerateArray();
        var ensemble = new NetworkEnsemble([.. networks.Select((network, i) => Network(network, shape, i))]);
        var fusion = Member(root, "fusion", JsonValueKind.Object);
        return new DetectorModel(card, ensemble, Fusion(fusion)) { Without = Without(root) };
    }

    private static DetectorAblation Without(JsonElement root)
    {
        var result = DetectorAblation.None;
        if (!root.TryGetProperty("without", out _))
            return result;
        foreach (var part in Member(root, "without", JsonValueKind.Array).EnumerateArray())
        {
            if (
                !Enum.TryParse<DetectorAblation>(part.ToString(), out var known)
                || !Enum.IsDefined(known)
                || known == DetectorAblation.None
            )
                throw new FormatException($"'without' names '{part}', which is no part of the detector");
            result |= known;
        }
        return result;
    }

    private static DetectorNetwork Network(JsonElement element, NetworkShape shape, int index)
    {
        if (element.ValueKind != JsonValueKind.String || !element.TryGetBytesFromBase64(out var bytes))
            throw new FormatException($"network {index} is no base64");
        if (bytes.Length != shape.ParameterCount * sizeof(float))
        {
            throw new FormatException(
                $"network {index} has {bytes.Length} bytes; {shape} takes {shape.ParameterCount * sizeof(float)}"
            );
        }
        var parameters = new float[shape.ParameterCount];
        for (var i = 0; i < parameters.Length; i++)
            parameters[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        try
        {
            return new DetectorNetwork(shape, parameters);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"network {index}: {e.Message}", e);
        }
    }

    private static FusionSettings Fusion(JsonElement fusion) =>
        new()
        {
            LevelOnsetShare = Number(fusion, "levelOnsetShare"),
            LevelSurpriseWeight = Number(fusion, "levelSurpriseWeight"),
            OnsetOnsetShare = Number(fusion, "onsetOnsetShare"),
            OnsetSurpriseWeight = Number(fusion, "onsetSurpriseWeight"),
            SurpriseCentre = Number(fusion, "surpriseCentre"),
            ScoreScale = Number(fusion, "scoreScale"),
            ScoreOffset = Number(fusion, "scoreOffset"),
            FatigueShare = Number(fusion, "fatigueShare"),
            FatigueHours = Number(fusion, "fatigueHours"),
            OnsetMargin = Number(fusion, "onsetMargin"),
        };

    private static int Integer(JsonElement parent, string name) =>
        Member(parent, name, JsonValueKind.Number).TryGetInt32(out var value)
            ? value
            : throw new FormatException($"'{name}' is no integer");

    private static double Number(JsonElement parent, string name) =>
        Member(parent, name, JsonValueKind.Number).GetDouble();

    private static JsonElement Member(JsonElement parent, string name, JsonValueKind kind)
    {
        if (!parent.TryGetProperty(name, out var value))
            throw new FormatException($"'{name}' is missing");
        if (value.ValueKind != kind)
            throw new FormatException($"'{name}' is {value.ValueKind}, not {kind}");
        return value;
    }
}
