using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Anomaly.Training;

namespace CanaryStreams.Cli.Train;

/// <summary>How a detector is trained; the defaults made the one that ships.</summary>
internal sealed record DetectorRecipe
{
    public ulong Seed { get; init; } = 20261;

    public int Networks { get; init; } = 3;

    public int InjectedSeries { get; init; } = 400;

    /// <summary>Weight of each injected series, beside 1 of a labelled one.</summary>
    public double InjectedWeight { get; init; } = 0.1;

    /// <summary>Weights of the sets by name; a set that isn't named weighs 1, one that weighs 0 isn't learnt.</summary>
    public IReadOnlyDictionary<string, double> SetWeights { get; init; } = new Dictionary<string, double>();

    public SeriesPart Part { get; init; }

    public DetectorAblation Without { get; init; }

    public TrainerSettings Trainer { get; init; } = new();

    /// <summary>
    /// Chosen on models that were trained on half of the data and looked at on the other half; see
    /// docs/results/detection.md. The offset puts the threshold of one half where event F1 is best.
    /// </summary>
    public FusionSettings Fusion { get; init; } =
        new()
        {
            LevelOnsetShare = 0.15,
            LevelSurpriseWeight = 0.4,
            OnsetOnsetShare = 0.4,
            OnsetSurpriseWeight = 1.2,
            SurpriseCentre = 2,
            ScoreScale = 0.4,
            ScoreOffset = -1.6,
            FatigueShare = 0.35,
            FatigueHours = 72,
            OnsetMargin = 0.7,
        };

    public double WeightOf(string set) => SetWeights.GetValueOrDefault(set, 1);
}

/// <summary>Which series of every set are learnt: halves can be kept to be looked at.</summary>
internal enum SeriesPart
{
    All,
    Even,
    Odd,

    /// <summary>The first half of the points of every series.</summary>
    First,
}
