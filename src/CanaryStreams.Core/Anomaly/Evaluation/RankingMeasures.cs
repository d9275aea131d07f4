namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>Measures of one series' ranking, which need no threshold.</summary>
/// <param name="AveragePrecision">See <see cref="Evaluation.AveragePrecision"/>.</param>
/// <param name="VusPr">See <see cref="VolumeUnderSurface"/>.</param>
public readonly record struct RankingMeasures(double AveragePrecision, double VusPr)
{
    /// <param name="buffer">L of VUS-PR; null for <see cref="VolumeUnderSurface.DefaultBuffer"/>.</param>
    /// <returns>NaN for a series that doesn't have both classes.</returns>
    public static RankingMeasures Of(LabelledSeries series, int? buffer = null)
    {
        if (!series.HasBothClasses)
            return new RankingMeasures(double.NaN, double.NaN);
        return new RankingMeasures(
            Evaluation.AveragePrecision.Of(series.Labels, series.Scores),
            VolumeUnderSurface.PrecisionRecall(
                series.Labels,
                series.Scores,
                buffer ?? VolumeUnderSurface.DefaultBuffer(series.Labels.Length)
            )
        );
    }

    /// <summary>Means over the series that have both classes; NaN where none has.</summary>
    public static RankingMeasures Mean(IEnumerable<RankingMeasures> series)
    {
        var defined = series.Where(one => !double.IsNaN(one.AveragePrecision)).ToList();
        return defined.Count == 0
            ? new RankingMeasures(double.NaN, double.NaN)
            : new RankingMeasures(defined.Average(one => one.AveragePrecision), defined.Average(one => one.VusPr));
    }
}
