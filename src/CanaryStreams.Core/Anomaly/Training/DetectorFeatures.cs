using CanaryStreams.Core.Anomaly.Detection;

namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>Plays a series through the detector's members: what the network would see of each of its points.</summary>
public static class DetectorFeatures
{
    /// <summary>Features of all points; those of a missing value are 0 and nobody learns from them.</summary>
    public static TrainingSeries Of(LabelledPoints series, DetectorAblation without)
    {
        const int channels = PointFeatures.ChannelCount;
        const int context = PointFeatures.ContextLength;
        var features = new PointFeatures(without);
        var result = new TrainingSeries(new float[series.Count * channels], new float[series.Count * context]);
        for (var i = 0; i < series.Count; i++)
        {
            if (!double.IsFinite(series.Values[i]))
                continue;
            features.Observe(
                series.TimesMs[i],
                series.Values[i],
                result.Channels.AsSpan(i * channels, channels),
                result.Context.AsSpan(i * context, context)
            );
        }
        return result;
    }
}
