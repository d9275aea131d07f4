using System.Buffers;
using System.Text.Json;
using CanaryStreams.Core.Anomaly.Detection;

namespace CanaryStreams.Core.Anomaly.Network;

/// <summary>
/// A trained detector as a file: the networks, the settings that fuse their readings, and a card that says where it comes
/// from. JSON, version 1:
/// <code>
/// {"version":1, "card":{…}, "shape":{"channels":20,"context":42},
///  "networks":["base64 of little-endian float32",…], "fusion":{"scoreScale":0.4,…}, "without":["Season"]}
/// </code>
/// Unknown names are passed over, so that later versions of the program may add some.
/// </summary>
public sealed class DetectorModel
{
    public const int FormatVersion = 1;

    /// <param name="card">A JSON object.</param>
    /// <exception cref="ArgumentException">The card is no object, or a number of the fusion is out of its range.</exception>
    public DetectorModel(JsonElement card, NetworkEnsemble ensemble, FusionSettings fusion)
    {
        ArgumentNullException.ThrowIfNull(ensemble);
        ArgumentNullException.ThrowIfNull(fusion);
        if (card.ValueKind != JsonValueKind.Object)
            throw new ArgumentException($"the card is {card.ValueKind}, not an object", nameof(card));
        foreach (var (name, value) in DetectorModelJson.Numbers(fusion))
        {
            if (!double.IsFinite(value))
                throw new ArgumentException($"{name} is {value}", nameof(fusion));
        }
        if (fusion.ScoreScale <= 0 || fusion.FatigueHours <= 0)
            throw new ArgumentException("scoreScale and fatigueHours must be above 0", nameof(fusion));
        if (fusion.FatigueShare < 0 || fusion.OnsetMargin < 0)
            throw new ArgumentException("fatigueShare and onsetMargin must not be negative", nameof(fusion));
        (Card, Ensemble, Fusion) = (card.Clone(), ensemble, fusion);
    }

    /// <summary>Where the model comes from: data, dates, results. The program doesn't interpret it.</summary>
    public JsonElement Card { get; }

    public NetworkEnsemble Ensemble { get; }

    public FusionSettings Fusion { get; }

    /// <summary>What the detector does without; the file's "without" may be left out.</summary>
    public DetectorAblation Without { get; init; }

    /// <summary>Reads a model's file.</summary>
    /// <exception cref="FormatException">Not a whole model of this version; the message says what is wrong.</exception>
    public static DetectorModel FromJson(ReadOnlyMemory<byte> utf8) => DetectorModelJson.Read(utf8);

    /// <summary>The model's file.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
            Write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the model as one JSON object. Parameters and numbers come back bit by bit.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        DetectorModelJson.Write(this, writer);
    }
}
