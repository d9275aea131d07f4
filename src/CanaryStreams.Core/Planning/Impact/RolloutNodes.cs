using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// Points that stand for the standard normal law of what a rollout carries with it (its common effect and one for each trait
/// of a cluster): a lattice of golden ratios (Roberts 2018), shifted by the seed, each point with its mirror image. An
/// average over them is an integral over the law; six dimensions are too many for a grid.
/// </summary>
internal sealed class RolloutNodes
{
    private readonly double[][] _points;

    public RolloutNodes(int pairs, int dimensions, ulong seed)
    {
        var ratio = GoldenRatio(dimensions);
        var random = new SeededRandom(seed);
        var shift = Enumerable.Range(0, dimensions).Select(_ => random.NextDouble()).ToArray();
        _points = new double[2 * pairs][];
        for (var i = 0; i < pairs; i++)
        {
            var point = new double[dimensions];
            for (var d = 0; d < dimensions; d++)
            {
                var at = shift[d] + (i + 1) * Math.Pow(ratio, -(d + 1));
                point[d] = NormalQuantile.Of(Math.Clamp(at - Math.Floor(at), 1e-9, 1 - 1e-9));
            }
            _points[2 * i] = point;
            _points[2 * i + 1] = [.. point.Select(x => -x)];
        }
    }

    public int Count => _points.Length;

    /// <summary>What each node adds to a cluster's logit.</summary>
    /// <param name="traits">Of the cluster, the constant first.</param>
    /// <param name="sds">Standard deviations of the effects, in the same order.</param>
    public double[] Offsets(double[] traits, double[] sds)
    {
        var offsets = new double[_points.Length];
        for (var node = 0; node < offsets.Length; node++)
        {
            var sum = 0.0;
            for (var d = 0; d < traits.Length; d++)
                sum += traits[d] * sds[d] * _points[node][d];
            offsets[node] = sum;
        }
        return offsets;
    }

    /// <summary>The positive root of x^(d+1) = x + 1.</summary>
    private static double GoldenRatio(int dimensions)
    {
        var x = 1.5;
        for (var i = 0; i < 60; i++)
            x = Math.Pow(1 + x, 1.0 / (dimensions + 1));
        return x;
    }
}
