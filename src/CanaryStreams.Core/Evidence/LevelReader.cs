using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Evidence;

/// <summary>
/// Reads a bucket's arms as values to compare and their sampling noise (that of finitely many observations, white from
/// bucket to bucket), for each kind of metric.
/// </summary>
internal sealed class LevelReader
{
    private readonly MetricKind _kind;
    private readonly LevelScale _scale;

    public LevelReader(MetricKind kind, LevelScale scale, IReadOnlyList<Arm> history)
    {
        _kind = kind;
        _scale = scale;
        ObservationVariance = kind == MetricKind.Ratio ? 0 : LearnObservationVariance(history);
    }

    /// <summary>Variance of one observation on the scale; NaN where the history can't tell.</summary>
    public double ObservationVariance { get; private set; }

    /// <summary>What <see cref="ObservationVariance"/> is where it couldn't be learnt from readings within buckets.</summary>
    public void AssumeObservationVariance(double variance) => ObservationVariance = variance;

    /// <summary>
    /// Lowers <see cref="ObservationVariance"/> to a part of it: readings of one bucket that don't share the slow noise (they
    /// fall into different minutes of it) make the sampling noise look larger than it is.
    /// </summary>
    public void LimitObservationVariance(double part) => ObservationVariance *= Math.Min(part, 1);

    public double Value(in Arm arm) =>
        _kind == MetricKind.Ratio ? (RatioBaseline.EventsOf(arm, false) + 0.5) / (arm.Count + 1) : arm.Mean;

    /// <summary>Variance of the arm's position on the scale by sampling alone.</summary>
    public double SamplingVariance(in Arm arm)
    {
        if (_kind != MetricKind.Ratio)
            return ObservationVariance / Observations(arm);
        var events = RatioBaseline.EventsOf(arm, false);
        return Math.Max(1 - events / arm.Count, 0.01) / (events + 0.5);
    }

    /// <summary>Whether the arm says anything.</summary>
    public bool Speaks(in Arm arm) => !arm.IsEmpty && double.IsFinite(arm.Mean) && Observations(arm) > 0;

    private double Observations(in Arm arm) => _kind == MetricKind.Gauge ? arm.Readings : arm.Count;

    private double LearnObservationVariance(IReadOnlyList<Arm> history)
    {
        var estimates = new List<double>();
        foreach (var arm in history)
        {
            if (!Speaks(arm) || !double.IsFinite(arm.Variance))
                continue;
            var unit = _scale.Unit(arm.Mean);
            estimates.Add(arm.Variance / (unit * unit) * Observations(arm) / arm.Readings);
        }
        // The largest tenth may be blips; with few readings a bucket the estimates are χ² and skewed, so no median.
        estimates.Sort();
        var kept = estimates.Count - estimates.Count / 10;
        if (kept < 5)
            return double.NaN;
        var sum = 0.0;
        for (var i = 0; i < kept; i++)
            sum += estimates[i];
        return Math.Max(sum / kept, 1e-12);
    }
}
