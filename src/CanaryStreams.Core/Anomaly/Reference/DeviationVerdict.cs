using CanaryStreams.Core.Anomaly.Members;
using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Anomaly.Reference;

/// <summary>
/// What reference detectors share: the size d of their deviation brought to [0,1) as d / (d + 3), so that the usual three standard
/// deviations are one half, and the rule that says where something new begins.
/// </summary>
internal sealed class DeviationVerdict(double threshold)
{
    /// <summary>Deviation at which the score is one half.</summary>
    public const double Half = 3;

    private const double MagnitudeMax = 1e150;

    private OnsetRule _onset = new(ScorerSettings.Full.OnsetLookBack);

    /// <param name="deviation">Above or below; larger than <see cref="Deviation.Max"/> says nothing more.</param>
    /// <param name="expected">NaN where the detector expects no value.</param>
    /// <param name="margin">Distance of the band's ends from what is expected.</param>
    public ScoredPoint Of(double deviation, double expected = double.NaN, double margin = double.NaN)
    {
        var size = Math.Min(Math.Abs(deviation), Deviation.Max);
        var score = size / (size + Half);
        return new ScoredPoint(
            score,
            _onset.Observe(score),
            score >= threshold,
            expected,
            expected - margin,
            expected + margin,
            ProfileQuality.Ok
        );
    }

    /// <summary>The value, so far towards zero that squares and differences stay finite.</summary>
    public static double Bounded(double value) => Math.Clamp(value, -MagnitudeMax, MagnitudeMax);

    /// <summary>A missing value: it scores 0 and nothing is learnt.</summary>
    public static ScoredPoint Missing(double expected = double.NaN, double margin = double.NaN) =>
        new(0, 0, false, expected, expected - margin, expected + margin, ProfileQuality.Ok);
}
