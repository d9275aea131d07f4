namespace CanaryStreams.Core.Evidence;

/// <summary>
/// A stationary AR(1) process of unit variance on a few nodes, by the method of Rouwenhorst (Kopecky &amp; Suen 2010), which
/// keeps mean, variance and autocorrelation exactly even where the process is sluggish.
/// </summary>
internal static class Persistence
{
    /// <summary>Equally spaced nodes, ±√(count−1).</summary>
    public static double[] Nodes(int count)
    {
        var nodes = new double[count];
        for (var i = 0; i < count; i++)
            nodes[i] = count == 1 ? 0 : Math.Sqrt(count - 1) * (2.0 * i / (count - 1) - 1);
        return nodes;
    }

    /// <summary>Stationary probabilities of the nodes: binomial(count−1, ½).</summary>
    public static double[] Stationary(int count)
    {
        var weights = new double[count];
        weights[0] = Math.Pow(0.5, count - 1);
        for (var i = 1; i < count; i++)
            weights[i] = weights[i - 1] * (count - i) / i;
        return weights;
    }

    /// <summary>Row-major transition matrix, count × count, rows sum to one.</summary>
    /// <param name="autocorrelation">φ of one step, in [0,1).</param>
    public static double[] Transition(int count, double autocorrelation)
    {
        var stay = (1 + autocorrelation) / 2;
        double[] matrix = [1];
        for (var size = 2; size <= count; size++)
        {
            var next = new double[size * size];
            for (var i = 0; i < size - 1; i++)
            for (var j = 0; j < size - 1; j++)
            {
                var p = matrix[i * (size - 1) + j];
                next[i * size + j] += stay * p;
                next[i * size + j + 1] += (1 - stay) * p;
                next[(i + 1) * size + j] += (1 - stay) * p;
                next[(i + 1) * size + j + 1] += stay * p;
            }
            for (var i = 1; i < size - 1; i++)
            for (var j = 0; j < size; j++)
                next[i * size + j] /= 2;
            matrix = next;
        }
        return matrix;
    }
}
