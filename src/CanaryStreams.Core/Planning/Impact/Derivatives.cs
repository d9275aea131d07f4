namespace CanaryStreams.Core.Planning.Impact;

/// <summary>Gradient of a log posterior, and its negative Hessian.</summary>
internal sealed class Derivatives
{
    private readonly double[][] _observed;
    private readonly double[][] _complete;

    public Derivatives(int count)
    {
        Gradient = new double[count];
        _observed = Triangle(count);
        _complete = Triangle(count);
    }

    public double[] Gradient { get; }

    public void AddPrior(int feature, double precision, double distance)
    {
        Gradient[feature] -= precision * distance;
        _observed[feature][feature] += precision;
        _complete[feature][feature] += precision;
    }

    /// <summary>
    /// The information of the outcomes as if what is hidden were known (complete), less what is missing because it isn't
    /// (Louis 1982): Xᵀ(D − C)X.
    /// </summary>
    public void Add(double[][] rows, double[] errors, double[] curvature, double[][] covariance)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var missing = new double[rows[i].Length];
            for (var j = 0; j < rows.Length; j++)
                AddScaled(missing, -(j <= i ? covariance[i][j] : covariance[j][i]), rows[j]);
            AddScaled(missing, curvature[i], rows[i]);
            AddScaled(Gradient, errors[i], rows[i]);
            AddOuter(_observed, rows[i], missing, 1);
            AddOuter(_complete, rows[i], rows[i], curvature[i]);
        }
    }

    /// <summary>Far from the mode the observed information needn't be positive definite; the complete one is, and slower.</summary>
    public Cholesky Factor() =>
        Cholesky.TryFactor(_observed)
        ?? Cholesky.TryFactor(_complete)
        ?? throw new InvalidOperationException("the prior's precision is positive, so this can't be");

    private static void AddScaled(double[] sum, double factor, double[] row)
    {
        for (var k = 0; k < row.Length; k++)
            sum[k] += factor * row[k];
    }

    private static void AddOuter(double[][] sum, double[] left, double[] right, double factor)
    {
        for (var k = 0; k < left.Length; k++)
        {
            if (left[k] == 0)
                continue;
            var scaled = factor * left[k];
            var row = sum[k];
            for (var l = 0; l <= k; l++)
                row[l] += scaled * right[l];
        }
    }

    private static double[][] Triangle(int count) => [.. Enumerable.Range(1, count).Select(size => new double[size])];
}
