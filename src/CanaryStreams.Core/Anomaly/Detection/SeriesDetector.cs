using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Anomaly.Detection;

/// <summary>
/// The detector for one series: members that each see another kind of unusual, calibrated by the series' own past, and
/// networks over the last 32 points of their surprises that were trained on labelled and on injected anomalies (SR-CNN of
/// Ren et al., KDD 2019, with more to look at than the saliency). The score is a level, and an onset is where something
/// new begins. A series begins small, with the band of its baseline alone, and grows when it has points to grow with.
/// </summary>
/// <remarks>Not thread-safe. Allocates while its windows grow, never per point.</remarks>
public sealed class SeriesDetector : IPointScorer
{
    private const double MagnitudeMax = 1e150;

    private readonly DetectorSettings _settings;
    private readonly SeriesProfile _profile;
    private CompactDetector? _compact;
    private FullDetector? _full;

    /// <exception cref="ArgumentException">The model's networks see something else than <see cref="Shape"/>.</exception>
    public SeriesDetector(DetectorSettings settings)
    {
        if (settings.Model.Ensemble.Shape != Shape)
        {
            throw new ArgumentException(
                $"the networks see {settings.Model.Ensemble.Shape}, not {Shape}",
                nameof(settings)
            );
        }
        _settings = settings;
        _profile = new SeriesProfile(settings.Profile);
        _compact = new CompactDetector();
    }

    private SeriesDetector(SeriesDetector other)
    {
        _settings = other._settings;
        _profile = other._profile.Clone();
        _compact = other._compact?.Clone();
        _full = other._full?.Clone();
    }

    /// <summary>What the networks of a model must see.</summary>
    public static NetworkShape Shape { get; } = new(PointFeatures.ChannelCount, PointFeatures.ContextLength);

    public DetectorTier Tier => _full is null ? DetectorTier.Compact : DetectorTier.Full;

    /// <summary>What the series is expected to be; not to be changed.</summary>
    internal SeriesProfile Profile => _profile;

    private bool IsOpen => _full?.IsOpen ?? _compact!.IsOpen;

    /// <summary>An independent copy: what a canary's detector begins as.</summary>
    public SeriesDetector Clone() => new(this);

    /// <inheritdoc/>
    public ScoredPoint Score(long timeMs, double value)
    {
        var expectation = _profile.Expect(timeMs);
        if (!double.IsFinite(value))
            return Point(0, 0, IsOpen, expectation);
        value = Math.Clamp(value, -MagnitudeMax, MagnitudeMax);
        if (_compact?.Points >= _settings.GrowAfterPoints)
            Grow();
        var (score, onset) = _full is not null
            ? _full.Observe(timeMs, value, _settings.Threshold)
            : _compact!.Observe(timeMs, value, expectation, _settings.Threshold);
        _profile.Update(timeMs, value, 1, IsOpen);
        return Point(score, onset, IsOpen, expectation);
    }

    /// <summary>
    /// Grows to the full tier, beginning with the points that the compact one remembers; so does a compact profile.
    /// </summary>
    public void Grow()
    {
        if (_compact is null)
            return;
        _profile.Grow();
        _full = new FullDetector(_settings.Model);
        _compact.Replay(_full, _settings.Threshold);
        // What the replay said was said to nobody.
        _full.ContinueAlert(_compact.IsOpen);
        _compact = null;
    }

    private static ScoredPoint Point(double score, double onset, bool isAnomaly, in Expectation of) =>
        new(score, onset, isAnomaly, of.Expected, of.Lower, of.Upper, of.Quality);
}
