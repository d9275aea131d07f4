namespace CanaryStreams.Core.Anomaly.Detection;

/// <summary>
/// What the network is shown of a series, point by point: the channels of its convolutions and the context of its dense
/// layers. Detector and training share it, so that a model sees in use what it learnt on.
/// </summary>
public sealed class PointFeatures
{
    /// <summary>Numbers per point for the convolutions.</summary>
    public const int ChannelCount = SurpriseChannels.Count;

    /// <summary>Numbers per point for the dense layers alone.</summary>
    public const int ContextLength = SurpriseContext.Length;

    // Squares and differences must stay finite, in single precision too.
    private const double MagnitudeMax = 1e30;

    private readonly DetectorAblation _without;
    private readonly SurpriseChannels _channels;
    private readonly SurpriseContext _context;

    /// <param name="without">What to do without.</param>
    public PointFeatures(DetectorAblation without)
    {
        _without = without;
        _channels = new SurpriseChannels(without);
        _context = new SurpriseContext();
    }

    private PointFeatures(PointFeatures other)
    {
        _without = other._without;
        (_channels, _context) = (other._channels.Clone(), other._context.Clone());
    }

    /// <summary>Mean surprise of the point just observed: the label-free score, −log₁₀ of a share of the past.</summary>
    public double MeanSurprise => _context.MeanSurprise;

    public PointFeatures Clone() => new(this);

    /// <summary>Judges the next point by its past, and learns it.</summary>
    /// <param name="timeMs">Unix milliseconds, not falling.</param>
    /// <param name="value">Finite.</param>
    /// <param name="channels">Receives <see cref="ChannelCount"/> signed surprises.</param>
    /// <param name="context">Receives <see cref="ContextLength"/> numbers.</param>
    public void Observe(long timeMs, double value, Span<float> channels, Span<float> context)
    {
        _channels.Observe(timeMs, Math.Clamp(value, -MagnitudeMax, MagnitudeMax), channels);
        _context.Observe(channels, context);
        if ((_without & DetectorAblation.Cnn) != DetectorAblation.None)
            channels.Clear();
    }
}
