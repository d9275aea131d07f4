namespace CanaryStreams.Core.Evidence;

/// <summary>
/// What stable's own history says of how a level moves by itself: the size of its slow noise and its blips. Its own
/// noise holds the load that both arms share, so it bounds the noise of their difference from above only; how much
/// smaller that is, <see cref="LevelProcess"/> learns while it looks.
/// </summary>
/// <param name="ArmDeviation">Standard deviation of one arm's slow noise, on the metric's scale.</param>
/// <param name="IsAssumed">The history is too short, or too seldom other than zero, to tell the deviation.</param>
internal sealed record LevelNoise(double ArmDeviation, BlipProfile Blips, bool IsAssumed)
{
    private const double AssumedDeviation = 0.1;
    private const double AssumedAutocorrelation = 0.75;
    private const int LeastBuckets = 10;
    private const int Window = 7;
    private const double Outlying = 6;
    private const double LeastPart = 0.1;
    private const double LeastVariance = 1e-12;
    private const double FarMinutes = 5;

    /// <summary>
    /// Standard error of the intercept 2·γ(1) − γ(2) by medians, times √n and over γ(1): of white noise, and as much where slow
    /// noise is the larger part (by simulation).
    /// </summary>
    private const double InterceptDeviation = 5;
    private const double CertainDeviations = 2;

    public static LevelNoise Learn(
        IReadOnlyList<Arm> history,
        LevelReader reader,
        LevelScale scale,
        EvidenceSettings settings
    )
    {
        var positions = new double[history.Count];
        var values = new List<double>();
        var sampling = new List<double>();
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = reader.Speaks(history[i]) ? scale.Position(reader.Value(history[i])) : double.NaN;
            if (!double.IsNaN(positions[i]))
                values.Add(positions[i]);
        }
        var one = Variogram(values, 1);
        var perBucket = Math.Sqrt(one);
        var assumed = values.Count <= LeastBuckets || !scale.IsLearnt;
        if (double.IsNaN(reader.ObservationVariance))
            reader.AssumeObservationVariance(Assumed(history, assumed ? null : perBucket));
        foreach (var arm in history)
            if (reader.Speaks(arm))
                sampling.Add(reader.SamplingVariance(arm));
        var usual = Math.Max(perBucket, Robust.Deviation(values) / 2);
        var excess = Excess(positions, assumed ? Math.Max(usual, AssumedDeviation) : usual);
        var blips = BlipProfile.Learn(excess, settings);
        if (assumed)
            return new LevelNoise(AssumedDeviation, blips, IsAssumed: true);
        return new LevelNoise(
            Math.Sqrt(SlowVariance(values, one, sampling, reader, settings)),
            blips,
            IsAssumed: false
        );
    }

    /// <summary>
    /// Variance of the slow noise by the variogram: half the squared change over k buckets is R + σ²(1 − φᵏ), with sampling
    /// noise R. Seen over one bucket, and over five minutes, which noise slower than assumed shows in; the larger counts.
    /// </summary>
    /// <param name="one">The variogram over one bucket.</param>
    private static double SlowVariance(
        List<double> values,
        double one,
        List<double> sampling,
        LevelReader reader,
        EvidenceSettings settings
    )
    {
        var white = Robust.Median(sampling);
        // R is where the variogram meets lag zero: never more, or slow noise would be taken for sampling.
        var intercept = Math.Max(2 * one - Variogram(values, 2), LeastPart * one);
        // A short history hardly tells where that is, and a canary of a hundredth of the observations has a hundred times R: it is
        // cut by what is certain only.
        var certain = Math.Min(intercept + CertainDeviations * InterceptDeviation / Math.Sqrt(values.Count) * one, one);
        if (one > 0 && white > certain)
            reader.LimitObservationVariance(certain / white);
        white = Math.Min(white, intercept);
        var lag = Math.Max(1, (int)Math.Round(FarMinutes / settings.BucketMinutes));
        return Math.Max(OverLag(one, 1), OverLag(lag < values.Count / 2 ? Variogram(values, lag) : one, lag));

        double OverLag(double variogram, int buckets) =>
            Math.Max(Math.Max(variogram - white, LeastPart * one), LeastVariance)
            / (1 - Math.Pow(AssumedAutocorrelation, settings.BucketMinutes * buckets));
    }

    /// <summary>Half the squared change over some buckets, by the median of the changes' sizes.</summary>
    private static double Variogram(List<double> values, int lag)
    {
        var changes = new List<double>();
        for (var i = lag; i < values.Count; i++)
            changes.Add(values[i] - values[i - lag]);
        var deviation = Robust.Deviation(changes);
        return deviation * deviation / 2;
    }

    /// <summary>Half of what changes from bucket to bucket is sampling noise, where nothing tells how much is.</summary>
    /// <param name="perBucket">Deviation of the changes; null where it is unknown.</param>
    private static double Assumed(IReadOnlyList<Arm> history, double? perBucket)
    {
        var counts = history.Where(a => !a.IsEmpty).Select(a => a.Count);
        var variance = perBucket is { } known ? known * known / 2 : AssumedDeviation * AssumedDeviation;
        return Math.Max(variance * Math.Max(Robust.Median(counts), 1), 1e-12);
    }

    /// <summary>By how much each bucket stands out of the median of its surroundings; 0 where it doesn't.</summary>
    private static double[] Excess(double[] positions, double deviation)
    {
        var excess = new double[positions.Length];
        for (var i = 0; i < positions.Length; i++)
        {
            var from = Math.Clamp(i - Window, 0, Math.Max(0, positions.Length - 2 * Window - 1));
            var around = positions.Skip(from).Take(2 * Window + 1).Where(double.IsFinite);
            var distance = Math.Abs(positions[i] - Robust.Median(around));
            excess[i] = distance > Outlying * deviation && deviation > 0 ? distance : 0;
        }
        return excess;
    }
}
