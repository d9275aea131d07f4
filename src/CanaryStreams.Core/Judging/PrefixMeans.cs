namespace CanaryStreams.Core.Judging;

/// <summary>Means over any stretch of a series in constant time, missing values (NaN) left out.</summary>
internal sealed class PrefixMeans
{
    private readonly double[] _sums;
    private readonly int[] _counts;

    public PrefixMeans(ReadOnlySpan<double> values)
    {
        _sums = new double[values.Length + 1];
        _counts = new int[values.Length + 1];
        for (var i = 0; i < values.Length; i++)
        {
            var isThere = !double.IsNaN(values[i]);
            _sums[i + 1] = _sums[i] + (isThere ? values[i] : 0);
            _counts[i + 1] = _counts[i] + (isThere ? 1 : 0);
        }
    }

    /// <summary>Values there are in start..end.</summary>
    public int Count(int start, int end) => _counts[end] - _counts[start];

    /// <summary>Their mean; there must be one at least.</summary>
    public double Mean(int start, int end) => (_sums[end] - _sums[start]) / Count(start, end);
}
