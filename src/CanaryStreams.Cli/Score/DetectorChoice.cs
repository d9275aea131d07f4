using CanaryStreams.Core.Anomaly;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Anomaly.Network;

namespace CanaryStreams.Cli.Score;

/// <summary>A detector as it is named on the command line: one of <see cref="Detectors"/>, or a model's file.</summary>
internal static class DetectorChoice
{
    private const string ModelEnding = ".json";

    /// <summary>What can be named, for messages.</summary>
    public static string Known => $"one of {string.Join(", ", Detectors.Names)}, or a model's FILE{ModelEnding}";

    public static bool IsKnown(string name) => Detectors.IsKnown(name) || IsFile(name);

    public static string Description(string name) =>
        IsFile(name) ? "the detector with the networks of this file" : Detectors.Description(name);

    /// <summary>What makes a scorer, from the threshold.</summary>
    /// <exception cref="InputException">The file can't be used.</exception>
    public static Func<double, IPointScorer> Find(string name)
    {
        if (!IsFile(name))
            return threshold => Detectors.Create(name, threshold);
        var model = Load(name);
        return threshold => new SeriesDetector(new DetectorSettings(model) { Threshold = threshold });
    }

    /// <summary>Reads a model's file.</summary>
    /// <exception cref="InputException">It can't be read, or isn't a model of this program's detector.</exception>
    public static DetectorModel Load(string path)
    {
        try
        {
            return DetectorModels.Read(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, 0, e.Message);
        }
    }

    private static bool IsFile(string name) => name.EndsWith(ModelEnding, StringComparison.Ordinal);
}
