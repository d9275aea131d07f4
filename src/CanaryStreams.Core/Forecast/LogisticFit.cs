namespace CanaryStreams.Core.Forecast;

/// <summary>Weighted logistic regression with a ridge, by Newton's method. Plain loops: the same on every machine.</summary>
internal static class LogisticFit
{
    private const int Iterations = 30;

    /// <param name="rows">Features of each row; a constant is added here.</param>
    /// <returns>Weights of the features, then the intercept.</returns>
    public static double[] Fit(
        IReadOnlyList<double[]> rows,
        IReadOnlyList<bool> labels,
        IReadOnlyList<double> weights,
        double ridge
    )
    {
        var dimension = rows[0].Length + 1;
        var beta = new double[dimension];
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            var gradient = new double[dimension];
            var hessian = new double[dimension, dimension];
            for (var i = 0; i < dimension; i++)
            {
                var penalty = i < dimension - 1 ? ridge : 1e-6;
                gradient[i] = -penalty * beta[i];
                hessian[i, i] = penalty;
            }
            for (var row = 0; row < rows.Count; row++)
                Accumulate(rows[row], labels[row], weights[row], beta, gradient, hessian);
            var step = Solve(hessian, gradient);
            var largest = 0.0;
            for (var i = 0; i < dimension; i++)
            {
                beta[i] += Math.Clamp(step[i], -5, 5);
                largest = Math.Max(largest, Math.Abs(step[i]));
            }
            if (largest < 1e-8)
                break;
        }
        return beta;
    }

    private static void Accumulate(
        double[] row,
        bool label,
        double weight,
        double[] beta,
        double[] gradient,
        double[,] hessian
    )
    {
        var last = row.Length;
        var margin = beta[last];
        for (var i = 0; i < last; i++)
            margin += beta[i] * row[i];
        var p = FailureForecaster.Sigmoid(margin);
        var error = weight * ((label ? 1 : 0) - p);
        var curvature = weight * p * (1 - p);
        for (var i = 0; i <= last; i++)
        {
            var x = i < last ? row[i] : 1;
            gradient[i] += error * x;
            for (var j = 0; j <= i; j++)
            {
                var product = curvature * x * (j < last ? row[j] : 1);
                hessian[i, j] += product;
                if (i != j)
                    hessian[j, i] += product;
            }
        }
    }

    /// <summary>Gaussian elimination; the ridge keeps the matrix positive definite, so no pivoting is needed.</summary>
    private static double[] Solve(double[,] matrix, double[] right)
    {
        var n = right.Length;
        for (var pivot = 0; pivot < n; pivot++)
        for (var row = pivot + 1; row < n; row++)
        {
            var factor = matrix[row, pivot] / matrix[pivot, pivot];
            for (var column = pivot; column < n; column++)
                matrix[row, column] -= factor * matrix[pivot, column];
            right[row] -= factor * right[pivot];
        }
        for (var row = n - 1; row >= 0; row--)
        {
            for (var column = row + 1; column < n; column++)
                right[row] -= matrix[row, column] * right[column];
            right[row] /= matrix[row, row];
        }
        return right;
    }
}
