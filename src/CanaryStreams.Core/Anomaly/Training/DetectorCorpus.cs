namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>
/// What a detector is trained on: the real series, those of minutes as five-minute ones too, and parts of them and
/// synthetic ones with injected anomalies, whose labels are exact and of any kind.
/// </summary>
public static class DetectorCorpus
{
    /// <summary>Name of the set of injected series.</summary>
    public const string Injected = "injected";

    private const string Coarse = "@5";
    private const int CoarseMinutes = 5;
    private const double CoarseWeight = 0.4;
    private const double CoarseLabelShare = 0.25;
    private const double CoarseNormalShare = 0.25;
    private const double InjectedNormalShare = 0.2;

    /// <summary>All series to learn from.</summary>
    /// <param name="real">Labelled series; ones whose labels aren't to be trusted can be given to be injected into alone.</param>
    /// <param name="weightOfSet">0 for a set whose labels aren't learnt.</param>
    public static List<LabelledPoints> Of(
        IReadOnlyList<LabelledPoints> real,
        Func<string, double> weightOfSet,
        int injectedSeries,
        ulong seed
    )
    {
        var learnt = real.Where(series => weightOfSet(series.Set) > 0).ToList();
        var coarse = learnt
            .Where(series => series.StepMinutes() == 1)
            .Select(series =>
                Resampling.Mean(series, CoarseMinutes, CoarseLabelShare) with
                {
                    Set = series.Set + Coarse,
                }
            );
        var injected = TrainingCorpus.Injected(real, injectedSeries, seed, Injected);
        return [.. learnt.Concat(coarse).Concat(injected).Select(Present)];
    }

    /// <summary>How a series of the corpus is learnt from.</summary>
    public static SampleSettings Settings(
        LabelledPoints series,
        Func<string, double> weightOfSet,
        double injectedWeight
    )
    {
        if (series.Set == Injected)
            return SampleSettings.For(series, injectedWeight) with { NormalShare = InjectedNormalShare };
        if (!series.Set.EndsWith(Coarse, StringComparison.Ordinal))
            return SampleSettings.For(series, weightOfSet(series.Set));
        var set = series.Set[..^Coarse.Length];
        return SampleSettings.For(series, CoarseWeight * weightOfSet(set)) with { NormalShare = CoarseNormalShare };
    }

    /// <summary>Missing points left out: a detector doesn't see them either.</summary>
    private static LabelledPoints Present(LabelledPoints series)
    {
        if (Array.TrueForAll(series.Values, double.IsFinite))
            return series;
        var kept = Enumerable.Range(0, series.Count).Where(i => double.IsFinite(series.Values[i])).ToArray();
        return series with
        {
            TimesMs = Array.ConvertAll(kept, i => series.TimesMs[i]),
            Values = Array.ConvertAll(kept, i => series.Values[i]),
            Labels = Array.ConvertAll(kept, i => series.Labels[i]),
            Ignored = Array.ConvertAll(kept, i => series.Ignored[i]),
        };
    }
}
