using CanaryStreams.Core.Anomaly.Members;
using CanaryStreams.Core.Anomaly.Reference;

namespace CanaryStreams.Core.Anomaly;

/// <summary>Detectors by name: the product's own and those it is compared with. A new one is a line here.</summary>
public static class Detectors
{
    /// <summary>The product's own.</summary>
    public const string Default = "default";

    private static readonly Dictionary<string, Func<double, IPointScorer>> Makers = new()
    {
        ["ewma"] = threshold => new EwmaScorer(threshold),
        ["seasonal-median"] = threshold => new SeasonalMedianScorer(threshold),
        ["sr-mlnet"] = threshold => new MlNetSrScorer(threshold),
        ["sr"] = threshold => new CalibratedScorer(
            threshold,
            new SpectralResidualMember(64),
            new SpectralResidualMember(1024)
        ),
        [Default] = threshold => new SeriesScorer(ScorerSettings.Full with { Threshold = threshold }),
    };

    /// <summary>All names, in the order of the side-by-side table.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Makers.Keys];

    public static bool IsKnown(string name) => Makers.ContainsKey(name);

    /// <summary>A scorer for one series.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="threshold">Score in (0,1) from which a point is an anomaly.</param>
    public static IPointScorer Create(string name, double threshold) =>
        Makers.TryGetValue(name, out var make)
            ? make(threshold)
            : throw new ArgumentException($"no detector '{name}'; there are {string.Join(", ", Names)}", nameof(name));
}
