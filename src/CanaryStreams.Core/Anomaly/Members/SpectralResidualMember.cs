namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>Spectral residual of the last points, with the sign of the newest step.</summary>
internal sealed class SpectralResidualMember : IScoreMember
{
    private readonly SlidingSpectrum _spectrum;
    private double _before;

    /// <param name="transformLength">A power of two in 16..4096; the window is shorter by the extrapolated points.</param>
    public SpectralResidualMember(int transformLength) => _spectrum = new SlidingSpectrum(transformLength);

    private SpectralResidualMember(SpectralResidualMember other) =>
        (_spectrum, _before) = (other._spectrum.Clone(), other._before);

    public double Observe(long timeMs, double value)
    {
        var deviation = Math.Clamp(_spectrum.Observe(value), 0, Deviation.Max);
        var isBelow = value < _before;
        _before = value;
        return isBelow ? -deviation : deviation;
    }

    public IScoreMember Clone() => new SpectralResidualMember(this);
}
