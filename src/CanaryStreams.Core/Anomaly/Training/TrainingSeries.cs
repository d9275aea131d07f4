namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>What a network would see of one series, point after point, oldest first.</summary>
/// <param name="Channels">Points × channels, finite and not scaled, as <c>DetectorNetwork.Step</c> takes them.</param>
/// <param name="Context">Points × context length, finite.</param>
public sealed record TrainingSeries(float[] Channels, float[] Context);
