using CanaryStreams.Core.Evidence;

namespace CanaryStreams.Core.Learning;

/// <summary>
/// How well each size and slowness of the arms' noise explains what was seen of one metric of a healthy rollout: the
/// log-likelihood of <see cref="LevelFilter"/> on a grid of deviations × autocorrelations.
/// </summary>
/// <param name="LogOwn">ln of √2 × the deviation of stable's own slow noise, as its history tells it.</param>
/// <param name="LogFinest">ln of the grid's smallest deviation.</param>
/// <param name="LogLikelihood">[deviation × autocorrelation], the largest 0.</param>
internal sealed record NoiseFit(double LogOwn, double LogFinest, double[] LogLikelihood)
{
    public const int Deviations = 16;

    /// <summary>The finest deviation of the grid is this part of minEffect.</summary>
    private const double FinestPart = 1.0 / 64;

    /// <summary>From node to node, ln.</summary>
    private const double Step = 0.35;

    public static IReadOnlyList<double> Autocorrelations { get; } = [0.3, 0.5, 0.7, 0.8, 0.88, 0.95];

    /// <summary>ln deviation of a node of the grid.</summary>
    public double LogDeviation(int node) => LogFinest + node * Step;

    /// <returns>Null where too little was seen.</returns>
    public static NoiseFit? Of(MetricExperience seen, bool rising, EvidenceSettings settings)
    {
        var differences = LevelDifferences.Of(seen, rising, settings);
        if (differences.Points.Count < ExperienceTrail.Least || differences.Noise.IsAssumed)
            return null;
        var finest = Math.Log(FinestPart * differences.MinEffect);
        var likelihood = new double[Deviations * Autocorrelations.Count];
        for (var d = 0; d < Deviations; d++)
        for (var a = 0; a < Autocorrelations.Count; a++)
            likelihood[d * Autocorrelations.Count + a] = LogLikelihoodOf(
                differences,
                Math.Exp(finest + d * Step),
                Autocorrelations[a],
                settings
            );
        var most = likelihood.Max();
        return new NoiseFit(
            Math.Log(Math.Sqrt(2) * differences.Noise.ArmDeviation),
            finest,
            [.. likelihood.Select(log => log - most)]
        );
    }

    private static double LogLikelihoodOf(
        LevelDifferences differences,
        double deviation,
        double autocorrelation,
        EvidenceSettings settings
    )
    {
        var minEffect = differences.MinEffect;
        var filter = new LevelFilter(minEffect, deviation, autocorrelation, settings.BucketMinutes);
        var blips = BlipDensity.Of(differences.Noise.Blips, minEffect, settings);
        var (sum, last) = (0.0, -1L);
        foreach (var point in differences.Points)
        {
            filter.Observe(point.Difference, point.SamplingVariance, Math.Max(1, point.Bucket - last));
            sum += blips.Log(filter.Innovation, 0, filter.InnovationVariance);
            last = point.Bucket;
        }
        return sum;
    }
}
