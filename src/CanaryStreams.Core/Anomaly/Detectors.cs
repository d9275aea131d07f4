using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Anomaly.Members;
using CanaryStreams.Core.Anomaly.Reference;

namespace CanaryStreams.Core.Anomaly;

/// <summary>Detectors by name: the product's own and those it is compared with. A new one is a line here.</summary>
public static class Detectors
{
    /// <summary>The product's own.</summary>
    public const string Default = "default";

    private static readonly Dictionary<string, Entry> Entries = new()
    {
        ["ewma"] = new("distance to a moving mean in moving standard deviations", t => new EwmaScorer(t)),
        ["seasonal-median"] = new(
            "distance to the median of the same time of day on up to seven days before, in robust deviations",
            t => new SeasonalMedianScorer(t)
        ),
        ["sr-mlnet"] = new("spectral residual as ML.NET has it, the last point of 64", t => new MlNetSrScorer(t)),
        ["sr"] = new(
            "our spectral residuals alone, the last point of 64 and of 1024, calibrated by the series' own past",
            t => new CalibratedScorer(t, new SpectralResidualMember(64), new SpectralResidualMember(1024))
        ),
        ["light"] = new(
            "mean surprise of trend and spectra alone, without season and networks",
            t => new SeriesScorer(ScorerSettings.Full with { Threshold = t })
        ),
        ["sr-cnn"] = new(
            "our spectral residuals and the networks, nothing else",
            t => new SeriesDetector(new DetectorSettings(DetectorModels.SrCnn) { Threshold = t })
        ),
        ["label-free"] = new(
            "mean surprise of all members, without networks",
            t => new SeriesDetector(new DetectorSettings(DetectorModels.LabelFree) { Threshold = t })
        ),
        [Default] = new(
            "what `canarystreams score` does when nothing else is asked for",
            t => new SeriesDetector(new DetectorSettings(DetectorModels.Default) { Threshold = t })
        ),
    };

    /// <summary>All names, in the order of the side-by-side table.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entries.Keys];

    public static bool IsKnown(string name) => Entries.ContainsKey(name);

    /// <summary>What a detector is, in a few words.</summary>
    public static string Description(string name) => Find(name).Description;

    /// <summary>A scorer for one series.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="threshold">Score in (0,1) from which the detector alerts.</param>
    public static IPointScorer Create(string name, double threshold) => Find(name).Create(threshold);

    private static Entry Find(string name) =>
        Entries.TryGetValue(name, out var entry)
            ? entry
            : throw new ArgumentException($"no detector '{name}'; there are {string.Join(", ", Names)}", nameof(name));

    /// <param name="Create">Makes a scorer, from the threshold.</param>
    private sealed record Entry(string Description, Func<double, IPointScorer> Create);
}
