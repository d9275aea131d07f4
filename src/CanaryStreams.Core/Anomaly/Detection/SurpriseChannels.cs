using CanaryStreams.Core.Anomaly.Members;

namespace CanaryStreams.Core.Anomaly.Detection;

/// <summary>
/// All members of the detector for one series. Each deviation becomes the surprise that the series' own past calibrates,
/// with the deviation's sign: −12..12, one number for each <see cref="Channel"/>.
/// </summary>
internal sealed class SurpriseChannels
{
    public const int Count = 20;

    private const long DayMs = 86_400_000;
    private const int HistogramBins = 58;
    private const int HistogramBinsPerOctave = 4;
    private const double MemoryPoints = 10_000;

    private readonly IScoreMember[] _members;
    private readonly Channel[] _channels;
    private readonly bool _isCalibrated;
    private readonly bool _hasSeasons;
    private readonly PeriodicMember _day;
    private readonly PeriodicMember _week;
    private readonly SurpriseCalibration[] _calibrations;

    public SurpriseChannels(DetectorAblation without)
    {
        _isCalibrated = !without.HasFlag(DetectorAblation.Calibration);
        _hasSeasons = (without & (DetectorAblation.Season | DetectorAblation.OtherMembers)) == DetectorAblation.None;
        (_channels, _members) = Simple(without);
        _day = new PeriodicMember(DayMs, slotMsMin: 300_000);
        _week = new PeriodicMember(7 * DayMs, slotMsMin: 600_000);
        _calibrations = new SurpriseCalibration[Count];
        for (var i = 0; i < Count; i++)
            _calibrations[i] = new SurpriseCalibration(HistogramBins, HistogramBinsPerOctave, MemoryPoints);
    }

    private SurpriseChannels(SurpriseChannels other)
    {
        _channels = other._channels;
        _members = Array.ConvertAll(other._members, member => member.Clone());
        (_isCalibrated, _hasSeasons) = (other._isCalibrated, other._hasSeasons);
        (_day, _week) = (other._day.Clone(), other._week.Clone());
        _calibrations = Array.ConvertAll(other._calibrations, calibration => calibration.Clone());
    }

    public SurpriseChannels Clone() => new(this);

    /// <summary>Judges the next point and learns it.</summary>
    /// <param name="value">Finite, its square too.</param>
    /// <param name="surprises">Receives <see cref="Count"/> numbers.</param>
    public void Observe(long timeMs, double value, Span<float> surprises)
    {
        Span<double> deviations = stackalloc double[Count];
        for (var i = 0; i < _members.Length; i++)
            deviations[(int)_channels[i]] = _members[i].Observe(timeMs, value);
        if (_hasSeasons)
            Seasons(timeMs, value, deviations);
        for (var i = 0; i < Count; i++)
        {
            var surprise = (float)Surprise(i, Math.Abs(deviations[i]));
            surprises[i] = deviations[i] < 0 ? -surprise : surprise;
        }
    }

    private double Surprise(int channel, double deviation) =>
        _isCalibrated ? _calibrations[channel].Observe(deviation) : Math.Log2(1 + deviation);

    private void Seasons(long timeMs, double value, Span<double> deviations)
    {
        _day.Observe(timeMs, value);
        deviations[(int)Channel.Day] = _day.Distance;
        deviations[(int)Channel.DaySlot] = _day.SlotDistance;
        deviations[(int)Channel.DaySmooth] = _day.SmoothDistance;
        deviations[(int)Channel.DayStep] = _day.StepDistance;
        _week.Observe(timeMs, value);
        deviations[(int)Channel.WeekSlot] = _week.SlotDistance;
        deviations[(int)Channel.WeekSmooth] = _week.SmoothDistance;
    }

    private static (Channel[] Channels, IScoreMember[] Members) Simple(DetectorAblation without)
    {
        var all = new List<(Channel Channel, IScoreMember Member)>();
        if (!without.HasFlag(DetectorAblation.OtherMembers))
            all.AddRange(Levels());
        if (!without.HasFlag(DetectorAblation.Spectrum))
        {
            all.Add((Channel.ShortSpectrum, new SpectralResidualMember(64)));
            all.Add((Channel.LongSpectrum, new SpectralResidualMember(1024)));
        }
        return ([.. all.Select(one => one.Channel)], [.. all.Select(one => one.Member)]);
    }

    private static (Channel, IScoreMember)[] Levels() =>
        [
            (Channel.FastMean, new MovingMeanMember(0.3)),
            (Channel.Mean, new MovingMeanMember(0.05)),
            (Channel.SlowMean, new MovingMeanMember(0.01)),
            (Channel.Step, new DifferenceMember()),
            (Channel.Trend, new TrendMember()),
            (Channel.LongMean, new MovingMeanMember(1e-4)),
            (Channel.Spread, new SpreadMember()),
            (Channel.Excess, new ExcessMember()),
            (Channel.Shift, new ShiftMember()),
            (Channel.Run, new RunMember()),
            (Channel.Relative, new RelativeMember()),
            (Channel.Local, new LocalLevelMember()),
        ];
}
