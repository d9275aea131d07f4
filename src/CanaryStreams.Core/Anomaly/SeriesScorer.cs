using CanaryStreams.Core.Anomaly.Members;
using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Anomaly;

/// <summary>
/// Scores the points of one series as they come, each from its past alone. Several cheap members see different kinds of
/// unusual; each is calibrated by its own past on this series, and the score is their mean surprise s brought to [0,1) as
/// s / (s + half). The mean of calibrated surprises needs no label and is what didn't break on series of any origin.
/// </summary>
/// <remarks>Not thread-safe. Allocates while its windows grow and when a day begins, never per point.</remarks>
public sealed class SeriesScorer : IPointScorer
{
    private const double MagnitudeMax = 1e150;

    private readonly ScorerSettings _settings;
    private readonly MeanSurprise _surprise;
    private readonly SeriesProfile _profile;
    private OnsetRule _onset;

    public SeriesScorer(ScorerSettings settings)
    {
        _settings = settings;
        _surprise = new MeanSurprise(settings, [.. Members(settings)]);
        _profile = new SeriesProfile(ProfileSettings.Default);
        _onset = new OnsetRule(settings.OnsetLookBack);
    }

    private SeriesScorer(SeriesScorer other)
    {
        _settings = other._settings;
        _surprise = other._surprise.Clone();
        _profile = other._profile.Clone();
        _onset = other._onset.Clone();
    }

    /// <summary>An independent copy: what a canary's scorer begins as.</summary>
    public SeriesScorer Clone() => new(this);

    /// <inheritdoc/>
    public ScoredPoint Score(long timeMs, double value)
    {
        var expectation = _profile.Expect(timeMs);
        if (!double.IsFinite(value))
            return Point(0, 0, false, expectation);
        // Squares and differences must stay finite.
        value = Math.Clamp(value, -MagnitudeMax, MagnitudeMax);
        var surprise = _surprise.Observe(timeMs, value);
        var score = surprise / (surprise + _settings.HalfScoreSurprise);
        var onset = _onset.Observe(score);
        var isAnomaly = score >= _settings.Threshold;
        _profile.Update(timeMs, value, 1, isAnomaly);
        return Point(score, onset, isAnomaly, expectation);
    }

    private static ScoredPoint Point(double score, double onset, bool isAnomaly, in Expectation of) =>
        new(score, onset, isAnomaly, of.Expected, of.Lower, of.Upper, of.Quality);

    private static IEnumerable<IScoreMember> Members(ScorerSettings settings)
    {
        yield return new TrendMember();
        foreach (var gain in settings.MeanGains)
            yield return new MovingMeanMember(gain);
        foreach (var length in settings.SpectralLengths)
            yield return new SpectralResidualMember(length);
    }
}
