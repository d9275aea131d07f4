using System.Text.Json;
using CanaryStreams.Core.Anomaly.Network;

namespace CanaryStreams.Core.Anomaly.Detection;

/// <summary>The model that ships with the product; its card and docs/results/detection.md say what it was trained on.</summary>
public static class DetectorModels
{
    private const string Resource = "CanaryStreams.Core.Anomaly.Detection.detector.json";

    private static readonly Lazy<DetectorModel> s_default = new(Load);

    public static DetectorModel Default => s_default.Value;

    /// <summary>Reads a model's file for <see cref="SeriesDetector"/>.</summary>
    /// <exception cref="FormatException">Not a whole model, or one whose networks see something else.</exception>
    public static DetectorModel Read(ReadOnlyMemory<byte> utf8)
    {
        var model = DetectorModel.FromJson(utf8);
        return model.Ensemble.Shape == SeriesDetector.Shape
            ? model
            : throw new FormatException($"its networks see {model.Ensemble.Shape}, not {SeriesDetector.Shape}");
    }

    private static DetectorModel Load()
    {
        using var stream = typeof(DetectorModels).Assembly.GetManifestResourceStream(Resource);
        using var document = JsonDocument.Parse(
            stream ?? throw new InvalidOperationException($"{Resource} is missing")
        );
        return DetectorModelJson.Read(document.RootElement);
    }
}
