using System.Numerics;

namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>
/// Spectral residual of the last points. Until there are enough for its window the longest power of two that there are
/// points for is used.
/// </summary>
/// <param name="transformLength">A power of two ≥ 16; the window is shorter by the extrapolated points.</param>
internal sealed class SpectralResidualMember(int transformLength) : IScoreMember
{
    private const int FirstTransformLength = 32;

    private double[] _ring = [];
    private int _next;
    private int _points;

    public double Observe(long timeMs, double value)
    {
        if (_points == _ring.Length)
            Grow();
        _ring[_next] = value;
        _next = _next + 1 == _ring.Length ? 0 : _next + 1;
        _points = Math.Min(_points + 1, _ring.Length);
        if (_points < SpectralResidual.WindowLengthMin)
            return 0;
        var length =
            (1 << BitOperations.Log2((uint)(_points + SpectralResidual.ExtrapolatedPoints)))
            - SpectralResidual.ExtrapolatedPoints;
        Span<double> window = stackalloc double[length];
        CopyNewest(window);
        return Math.Clamp(SpectralResidual.Score(window), 0, Deviation.Max);
    }

    public IScoreMember Clone()
    {
        var clone = (SpectralResidualMember)MemberwiseClone();
        clone._ring = (double[])_ring.Clone();
        return clone;
    }

    private void CopyNewest(Span<double> window)
    {
        var fromStart = Math.Min(_next, window.Length);
        _ring.AsSpan(_next - fromStart, fromStart).CopyTo(window[^fromStart..]);
        var fromEnd = window.Length - fromStart;
        _ring.AsSpan(_ring.Length - fromEnd, fromEnd).CopyTo(window);
    }

    /// <summary>Makes room for the next power of two: a young series carries no more than it can use.</summary>
    private void Grow()
    {
        var wanted = Math.Max(FirstTransformLength, (_points + SpectralResidual.ExtrapolatedPoints) * 2);
        var length = Math.Min(transformLength, wanted) - SpectralResidual.ExtrapolatedPoints;
        if (length == _points)
            return;
        // A full ring's oldest value stands where the next would be written: at its start, as it never went round.
        Array.Resize(ref _ring, length);
        _next = _points;
    }
}
