using CanaryStreams.Core.Anomaly.Members;

namespace CanaryStreams.Core.Anomaly;

/// <summary>
/// Mean of what some members of one series find surprising, each calibrated by its own past: a score that needs no label.
/// </summary>
internal sealed class MeanSurprise
{
    private readonly IScoreMember[] _members;
    private readonly SurpriseCalibration[] _calibrations;

    public MeanSurprise(ScorerSettings settings, params IScoreMember[] members)
    {
        _members = members;
        _calibrations = Array.ConvertAll(
            members,
            _ => new SurpriseCalibration(settings.HistogramBins, settings.HistogramBinsPerOctave, settings.MemoryPoints)
        );
    }

    private MeanSurprise(MeanSurprise other)
    {
        _members = Array.ConvertAll(other._members, member => member.Clone());
        _calibrations = Array.ConvertAll(other._calibrations, calibration => calibration.Clone());
    }

    public MeanSurprise Clone() => new(this);

    /// <summary>Judges the next point and learns it.</summary>
    /// <param name="value">Finite, its square too.</param>
    /// <returns>−log₁₀ of a share of the past, in 0..<see cref="SurpriseCalibration.SurpriseMax"/>.</returns>
    public double Observe(long timeMs, double value)
    {
        var sum = 0.0;
        for (var i = 0; i < _members.Length; i++)
            sum += _calibrations[i].Observe(Math.Abs(_members[i].Observe(timeMs, value)));
        return sum / _members.Length;
    }
}
