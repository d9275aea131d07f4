namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>How a network is trained.</summary>
/// <param name="Epochs">Times that every sample is seen, ≥ 1.</param>
/// <param name="BatchSize">Samples per step, ≥ 1; what is left of an epoch after the last whole batch is not seen.</param>
/// <param name="LearningRate">Of Adam at its highest.</param>
/// <param name="WeightDecay">Share of the weights (not biases) that a step takes away, times the learning rate.</param>
/// <param name="SignFlipShare">Share of samples whose channels are seen with the opposite sign, 0..1.</param>
public sealed record TrainerSettings(
    int Epochs = 6,
    int BatchSize = 512,
    double LearningRate = 2e-3,
    double WeightDecay = 1e-3,
    double SignFlipShare = 0.5
);
