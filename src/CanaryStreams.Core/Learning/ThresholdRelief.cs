namespace CanaryStreams.Core.Learning;

/// <summary>
/// Divides what calibrated metrics may spend of the false-rollback budget. Each has the same share; one whose evidence
/// healthy rollouts hardly ever raise doesn't need all of it even at the lowest threshold that is allowed, and what it
/// leaves the others may spend in equal parts (water-filling), so that the sum stays what it was.
/// </summary>
internal static class ThresholdRelief
{
    /// <summary>Bounds of the relief, nats: calibration may sharpen within them, and by half of ln(1/share), only.</summary>
    public const double Least = -1;
    public const double Most = 3;

    private const int Iterations = 60;

    /// <param name="share">Of the budget, of each metric, in (0,1).</param>
    /// <param name="metrics">The metrics that spend; null for one without calibration, which keeps its share.</param>
    /// <returns>By how many nats the threshold of each may lie below ln(1/share); 0 without calibration.</returns>
    public static double[] Of(double share, IReadOnlyList<ThresholdCalibration?> metrics)
    {
        var ville = -Math.Log(share);
        var calibrated = metrics.OfType<ThresholdCalibration>().ToArray();
        var budget = share * calibrated.Length;
        var (low, high) = (Math.Log(share), 0.0);
        for (var i = 0; i < Iterations; i++)
        {
            var middle = (low + high) / 2;
            var spent = calibrated.Sum(c => c.Reached(ville - Relief(c, middle, ville)));
            (low, high) = spent > budget ? (low, middle) : (middle, high);
        }
        return [.. metrics.Select(c => c is null ? 0 : Relief(c, low, ville))];
    }

    private static double Relief(ThresholdCalibration metric, double logProbability, double ville) =>
        Math.Clamp(ville - metric.LogE(Math.Exp(logProbability)), Least, Math.Min(Most, ville / 2));
}
