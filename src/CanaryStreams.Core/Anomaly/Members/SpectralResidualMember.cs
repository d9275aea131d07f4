namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>Spectral residual of the last points.</summary>
internal sealed class SpectralResidualMember : IScoreMember
{
    private readonly SlidingSpectrum _spectrum;

    /// <param name="transformLength">A power of two in 16..4096; the window is shorter by the extrapolated points.</param>
    public SpectralResidualMember(int transformLength) => _spectrum = new SlidingSpectrum(transformLength);

    private SpectralResidualMember(SlidingSpectrum spectrum) => _spectrum = spectrum;

    /// <summary>What a reader of the saliency around the newest point looks at.</summary>
    public SlidingSpectrum Spectrum => _spectrum;

    public double Observe(long timeMs, double value) => Math.Clamp(_spectrum.Observe(value), 0, Deviation.Max);

    public IScoreMember Clone() => new SpectralResidualMember(_spectrum.Clone());
}
