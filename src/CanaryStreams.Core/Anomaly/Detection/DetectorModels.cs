using System.Text.Json;
using CanaryStreams.Core.Anomaly.Network;

namespace CanaryStreams.Core.Anomaly.Detection;

/// <summary>The model that ships with the product; its card and docs/results/detection.md say what it was trained on.</summary>
public static class DetectorModels
{
    private const string Resource = "CanaryStreams.Core.Anomaly.Detection.detector.json";

    private static readonly Lazy<DetectorModel> s_default = new(Load);

    public static DetectorModel Default => s_default.Value;

    private static DetectorModel Load()
    {
        using var stream = typeof(DetectorModels).Assembly.GetManifestResourceStream(Resource);
        using var document = JsonDocument.Parse(
            stream ?? throw new InvalidOperationException($"{Resource} is missing")
        );
        return DetectorModelJson.Read(document.RootElement);
    }
}
