using System.Numerics;

namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>
/// Spectral residual of the last points. Until there are enough for its window the longest power of two that there are
/// points for is used.
/// </summary>
/// <param name="transformLength">A power of two ≥ 16; the window is shorter by the extrapolated points.</param>
internal sealed class SpectralResidualMember(int transformLength) : IScoreMember
{
    // Every value is written twice, half a buffer apart, so that the window is always one contiguous span.
    private const int FirstTransformLength = 32;

    private double[] _values = [];
    private int _next;
    private int _points;

    public double Observe(long timeMs, double value)
    {
        if (_points == _values.Length / 2)
            Grow();
        var capacity = _values.Length / 2;
        _values[_next] = value;
        _values[_next + capacity] = value;
        _next = _next + 1 == capacity ? 0 : _next + 1;
        _points = Math.Min(_points + 1, capacity);
        if (_points < SpectralResidual.WindowLengthMin)
            return 0;
        var length =
            (1 << BitOperations.Log2((uint)(_points + SpectralResidual.ExtrapolatedPoints)))
            - SpectralResidual.ExtrapolatedPoints;
        // The newest value stands at _next − 1 of the upper copy.
        var score = SpectralResidual.Score(_values.AsSpan(_next + capacity - length, length));
        return Math.Clamp(score, 0, Deviation.Max);
    }

    public IScoreMember Clone()
    {
        var clone = (SpectralResidualMember)MemberwiseClone();
        clone._values = (double[])_values.Clone();
        return clone;
    }

    /// <summary>Makes room for the next power of two: a young series carries no more than it can use.</summary>
    private void Grow()
    {
        var length = Math.Min(
            transformLength,
            Math.Max(FirstTransformLength, (_points + SpectralResidual.ExtrapolatedPoints) * 2)
        );
        var capacity = length - SpectralResidual.ExtrapolatedPoints;
        if (capacity == _points)
            return;
        var grown = new double[2 * capacity];
        // Oldest first; the ring was full, so that is where it would write next.
        var oldestFirst = _values.AsSpan(_next, _points);
        oldestFirst.CopyTo(grown);
        oldestFirst.CopyTo(grown.AsSpan(capacity));
        _next = _points;
        _values = grown;
    }
}
