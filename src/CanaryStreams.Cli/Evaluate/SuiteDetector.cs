using CanaryStreams.Cli.Score;
using CanaryStreams.Core.Anomaly;
using CanaryStreams.Core.Anomaly.Detection;

namespace CanaryStreams.Cli.Evaluate;

/// <summary>A row of the side-by-side table. Whatever learns from labels is trained for it, without what it is reported on.</summary>
/// <param name="Name">As in the table and for <c>--detectors</c>.</param>
/// <param name="Make">What makes a scorer for a set, from the threshold; may train.</param>
internal sealed record SuiteDetector(
    string Name,
    string Description,
    Func<SuiteSet, SuiteModels, CancellationToken, Func<double, IPointScorer>> Make
)
{
    private const string OnEven = "trained on the even series of all sets";

    private static readonly SuiteDetector[] s_learnt =
    [
        Even("sr-cnn", $"our spectral residuals and a network, nothing else, {OnEven}", DetectorAblation.OtherMembers),
        Even(Detectors.Default, $"the whole detector, {OnEven}", DetectorAblation.None),
        new(
            "stranger",
            "the whole detector, trained on all series of the other sets and on none of this one",
            (set, models, stop) => Of(models.Without(set, stop))
        ),
        Even("no-cnn", $"the detector without convolutions, {OnEven}", DetectorAblation.Cnn),
        Even("no-calibration", $"without calibration by the series' own past, {OnEven}", DetectorAblation.Calibration),
        Even("no-season", $"without profiles of day and week, {OnEven}", DetectorAblation.Season),
        Even("no-spectrum", $"without spectral residuals, {OnEven}", DetectorAblation.Spectrum),
    ];

    /// <summary>All names, in the order of the table.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Detectors.Names.Where(name => !Array.Exists(s_learnt, one => one.Name == name)),
        .. s_learnt.Select(one => one.Name),
    ];

    /// <summary>What can be named, for messages.</summary>
    public static string Known => $"one of {string.Join(", ", Names)}, or a model's FILE.json";

    public static bool IsKnown(string name) =>
        Array.Exists(s_learnt, one => one.Name == name) || DetectorChoice.IsKnown(name);

    public static SuiteDetector Find(string name) =>
        Array.Find(s_learnt, one => one.Name == name)
        ?? new SuiteDetector(name, DetectorChoice.Description(name), (_, _, _) => DetectorChoice.Find(name));

    private static SuiteDetector Even(string name, string description, DetectorAblation without) =>
        new(name, description, (_, models, stop) => Of(models.Even(without, stop)));

    private static Func<double, IPointScorer> Of(Core.Anomaly.Network.DetectorModel model) =>
        threshold => new SeriesDetector(new DetectorSettings(model) { Threshold = threshold });
}
