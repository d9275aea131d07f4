using CanaryStreams.Core.Anomaly.Evaluation;

namespace CanaryStreams.Cli.Evaluate;

/// <summary>One of the sets of labelled series that detectors are compared on, and what is measured there.</summary>
internal sealed record SuiteSet(string Title, string FileName, IReadOnlyList<IThresholdMeasure> Measures)
{
    /// <summary>The set's name as training knows it: the file's up to the first underscore.</summary>
    public string Name => FileName[..FileName.IndexOf('_', StringComparison.Ordinal)];

    /// <summary>NAB's windows begin before the anomaly and are wide: only its own score means something there.</summary>
    public static IReadOnlyList<SuiteSet> All { get; } =
    [
        new("KPI series of the AIOps challenge (one and five minutes)", "kpi_train.csv.gz", F1(delay: 7)),
        new("Microsoft cloud monitoring (hourly)", "ms_dev.csv.gz", F1(delay: 3)),
        new(
            "Numenta Anomaly Benchmark (mostly five minutes)",
            "nab_dev.csv.gz",
            [.. NabProfile.All.Select(profile => new NabMeasure(profile))]
        ),
    ];

    private static IReadOnlyList<IThresholdMeasure> F1(int delay) =>
        [new F1Measure(DetectionMeasure.Events, delay), new F1Measure(DetectionMeasure.PointAdjusted, delay)];
}
