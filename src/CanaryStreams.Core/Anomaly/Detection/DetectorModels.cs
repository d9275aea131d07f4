using System.Text.Json;
using CanaryStreams.Core.Anomaly.Network;

namespace CanaryStreams.Core.Anomaly.Detection;

/// <summary>The models that ship with the product; their cards and docs/results/detection.md say what they were trained on.</summary>
public static class DetectorModels
{
    private static readonly Lazy<DetectorModel> s_default = new(() => Load("detector"));
    private static readonly Lazy<DetectorModel> s_srCnn = new(() => Load("sr-cnn"));
    private static readonly Lazy<DetectorModel> s_labelFree = new(Unlearnt);

    public static DetectorModel Default => s_default.Value;

    /// <summary>SR-CNN alone: spectral residuals and the networks, to stand beside the whole detector.</summary>
    public static DetectorModel SrCnn => s_srCnn.Value;

    /// <summary>All members and a network that has learnt nothing: the mean surprise alone, which needs no label.</summary>
    public static DetectorModel LabelFree => s_labelFree.Value;

    /// <summary>Reads a model's file for <see cref="SeriesDetector"/>.</summary>
    /// <exception cref="FormatException">Not a whole model, or one whose networks see something else.</exception>
    public static DetectorModel Read(ReadOnlyMemory<byte> utf8)
    {
        var model = DetectorModel.FromJson(utf8);
        return model.Ensemble.Shape == SeriesDetector.Shape
            ? model
            : throw new FormatException($"its networks see {model.Ensemble.Shape}, not {SeriesDetector.Shape}");
    }

    private static DetectorModel Unlearnt()
    {
        var network = new DetectorNetwork(SeriesDetector.Shape, new float[SeriesDetector.Shape.ParameterCount]);
        return new DetectorModel(Default.Card, new NetworkEnsemble([network]), Default.Fusion);
    }

    private static DetectorModel Load(string name)
    {
        var resource = $"CanaryStreams.Core.Anomaly.Detection.{name}.json";
        using var stream = typeof(DetectorModels).Assembly.GetManifestResourceStream(resource);
        using var document = JsonDocument.Parse(
            stream ?? throw new InvalidOperationException($"{resource} is missing")
        );
        return DetectorModelJson.Read(document.RootElement);
    }
}
