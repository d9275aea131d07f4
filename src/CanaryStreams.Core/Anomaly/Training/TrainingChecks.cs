using CanaryStreams.Core.Anomaly.Network;

namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>What must hold before a training starts, so that it doesn't fail an hour later.</summary>
internal static class TrainingChecks
{
    /// <exception cref="ArgumentException">Says which series or sample doesn't fit.</exception>
    public static void Check(
        NetworkShape shape,
        IReadOnlyList<TrainingSeries> series,
        IReadOnlyList<TrainingSample> samples,
        TrainerSettings settings
    )
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(samples);
        if (settings.Epochs < 1 || settings.BatchSize < 1)
            throw new ArgumentException($"{settings} asks for nothing", nameof(settings));
        if (samples.Count == 0)
            throw new ArgumentException("there is nothing to learn from", nameof(samples));
        var points = new int[series.Count];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = series[i].Channels.Length / shape.Channels;
            if (
                series[i].Channels.Length != points[i] * shape.Channels
                || series[i].Context.Length != points[i] * shape.ContextLength
            )
                throw new ArgumentException($"the arrays of series {i} don't fit {shape}", nameof(series));
        }
        for (var i = 0; i < samples.Count; i++)
        {
            var (of, at) = (samples[i].Series, samples[i].Point);
            if ((uint)of >= (uint)points.Length || (uint)at >= (uint)points[of])
                throw new ArgumentException($"sample {i} points to {of}:{at}, which isn't there", nameof(samples));
        }
    }
}
