namespace CanaryStreams.Core.Planning.Impact;

/// <summary>Gradient of a log posterior and its negative Hessian: what would be known with the faults, less what is missing.</summary>
internal sealed class Derivatives(int count)
{
    private readonly double[][] _known = Triangle(count);
    private readonly double[][] _missing = Triangle(count);

    public double[] Gradient { get; } = new double[count];

    public void AddGradient(double[] score)
    {
        for (var i = 0; i < score.Length; i++)
            Gradient[i] += score[i];
    }

    /// <summary>To the lower triangle; what lies above it is left out, since it is the same.</summary>
    public void AddKnown(int row, int column, double value)
    {
        if (column <= row)
            _known[row][column] += value;
    }

    public void AddKnown(SparseRow row, double curvature)
    {
        foreach (var (i, left) in row.Entries)
        foreach (var (j, right) in row.Entries)
            AddKnown(i, j, curvature * left * right);
    }

    public void AddMissing(double[] score, double weight)
    {
        for (var i = 0; i < score.Length; i++)
        {
            var scaled = weight * score[i];
            if (scaled == 0)
                continue;
            var row = _missing[i];
            for (var j = 0; j <= i; j++)
                row[j] += scaled * score[j];
        }
    }

    /// <summary>Far from the mode the observed information needn't be positive definite; the complete one is, and slower.</summary>
    public Cholesky Factor() =>
        Cholesky.TryFactor([
            .. _known.Select((row, i) => row.Zip(_missing[i], (known, missing) => known - missing).ToArray()),
        ])
        ?? Cholesky.TryFactor(_known)
        ?? throw new InvalidOperationException("the prior's precision is positive, so this can't be");

    private static double[][] Triangle(int count) => [.. Enumerable.Range(1, count).Select(size => new double[size])];
}
