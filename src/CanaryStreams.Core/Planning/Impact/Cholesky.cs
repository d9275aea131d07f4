namespace CanaryStreams.Core.Planning.Impact;

/// <summary>A symmetric, positive definite matrix as L·Lᵀ. Plain loops: the same on every machine.</summary>
internal sealed class Cholesky
{
    private readonly double[][] _lower;

    private Cholesky(double[][] lower) => _lower = lower;

    /// <param name="matrix">Rows of the lower triangle; left as it is.</param>
    /// <returns>Null where the matrix isn't positive definite.</returns>
    public static Cholesky? TryFactor(double[][] matrix)
    {
        var lower = new double[matrix.Length][];
        for (var i = 0; i < matrix.Length; i++)
        {
            var row = lower[i] = new double[i + 1];
            for (var j = 0; j <= i; j++)
            {
                var other = lower[j];
                var sum = matrix[i][j];
                for (var k = 0; k < j; k++)
                    sum -= row[k] * other[k];
                if (j < i)
                    row[j] = sum / other[j];
                else if (sum > 1e-12)
                    row[i] = Math.Sqrt(sum);
                else
                    return null;
            }
        }
        return new Cholesky(lower);
    }

    /// <summary>Solves L·Lᵀ·x = right.</summary>
    public double[] Solve(double[] right)
    {
        var x = right.ToArray();
        for (var i = 0; i < x.Length; i++)
        {
            for (var j = 0; j < i; j++)
                x[i] -= _lower[i][j] * x[j];
            x[i] /= _lower[i][i];
        }
        for (var i = x.Length - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < x.Length; j++)
                x[i] -= _lower[j][i] * x[j];
            x[i] /= _lower[i][i];
        }
        return x;
    }

    /// <summary>Rows of the inverse's lower triangle.</summary>
    public double[][] Inverse()
    {
        var inverse = new double[_lower.Length][];
        for (var i = 0; i < inverse.Length; i++)
        {
            var unit = new double[_lower.Length];
            unit[i] = 1;
            inverse[i] = Solve(unit)[..(i + 1)];
        }
        return inverse;
    }

    /// <summary>xᵀ·matrix·x of a matrix given by the rows of its lower triangle.</summary>
    public static double Quadratic(double[][] matrix, double[] x)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            if (x[i] == 0)
                continue;
            var row = matrix[i];
            var product = 0.0;
            for (var j = 0; j < i; j++)
                product += row[j] * x[j];
            sum += x[i] * (2 * product + row[i] * x[i]);
        }
        return sum;
    }
}
