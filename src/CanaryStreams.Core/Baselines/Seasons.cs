namespace CanaryStreams.Core.Baselines;

/// <summary>
/// The seasons of one series: what the calendar says, a period found in the data, and a candidate that competes with it.
/// The baseline is level + calendar + found period, each learnt from what the others leave.
/// </summary>
internal sealed class Seasons
{
    // A found period must save a tenth of the error, must keep saving some, and is replaced by one that saves more.
    private const double LeftMax = 0.9;
    private const double LeftKept = 0.97;
    private const double CyclesOnTrialMax = 12;
    private const double HoursAfterMs = 3.0 * 24 * 3_600_000;
    private const double SamePeriod = 0.005;

    private CalendarSeason _calendar;
    private PeriodFinder _finder;
    private FoundSeason? _found;
    private FoundSeason? _candidate;
    private HourSpread? _hours;

    public Seasons(long timeMs, double stepMs)
    {
        _calendar = new CalendarSeason(timeMs, stepMs);
        _finder = new PeriodFinder();
    }

    public Seasons Clone()
    {
        var clone = (Seasons)MemberwiseClone();
        (clone._calendar, clone._finder) = (_calendar.Clone(), _finder.Clone());
        (clone._found, clone._candidate) = (_found?.Clone(), _candidate?.Clone());
        clone._hours = _hours?.Clone();
        return clone;
    }

    /// <summary>Object of its fields, and what it holds.</summary>
    public int StateBytes =>
        56
        + _calendar.StateBytes
        + PeriodFinder.StateBytes
        + (_found is null ? 0 : FoundSeason.StateBytes)
        + (_candidate is null ? 0 : FoundSeason.StateBytes)
        + (_hours is null ? 0 : HourSpread.StateBytes);

    /// <summary>The period found in the data and in use; 0 while there is none.</summary>
    public long FoundPeriodMs => _found is { IsOn: true } ? _found.PeriodMs : 0;

    /// <summary>What is expected at that time.</summary>
    /// <param name="level">Of the series less its found period.</param>
    public double At(long timeMs, double level)
    {
        var calendar = _calendar.At(timeMs);
        return (double.IsNaN(calendar) ? level : calendar) + FoundAt(timeMs);
    }

    /// <summary>What the found period adds at that time.</summary>
    public double FoundAt(long timeMs) => _found is null ? 0 : _found.At(timeMs);

    /// <summary>How large errors usually are at that hour, relative to the mean hour; 1 while hours aren't told apart.</summary>
    public double SpreadAt(long timeMs) => _hours is null ? 1 : _hours.At(timeMs);

    /// <summary>Learns the size of an error.</summary>
    /// <returns>By what deviations are to be multiplied.</returns>
    public double LearnError(long timeMs, double size, double stepMs)
    {
        if (_hours is null && timeMs - _calendar.SinceMs >= HoursAfterMs)
            _hours = new HourSpread();
        return _hours is null ? 1 : _hours.Learn(timeMs, size, stepMs);
    }

    /// <summary>Compares and learns a bucket.</summary>
    public void Learn(in SeasonBucket bucket, ProfileSettings settings)
    {
        var (before, after) = _calendar.Learn(
            bucket with
            {
                Value = bucket.Value - FoundAt(bucket.EndMs),
            },
            settings.SeasonAfter.TotalMilliseconds,
            settings.YoungBuckets
        );
        if (double.IsNaN(before) || double.IsNaN(after))
            return;
        if (before != after)
        {
            _found?.Shift(before - after);
            _candidate?.Shift(before - after);
            _finder.Restart();
        }
        var rest = bucket with { Value = bucket.Value - after };
        _found?.Learn(rest);
        _candidate?.Learn(rest);
        Choose(bucket.StepMs);
        var period = _finder.Add(bucket.EndMs, rest.Value, bucket.Deviation, bucket.StepMs);
        if (period > 0)
            Try(period, rest);
    }

    /// <summary>The level has moved for good.</summary>
    public void Shift(double by)
    {
        _calendar.Shift(by);
        _found?.Shift(by);
        _candidate?.Shift(by);
        _finder.Restart();
    }

    private void Try(double periodMs, in SeasonBucket rest)
    {
        var isKnown = _found is { IsOn: true } && Math.Abs(_found.PeriodMs - periodMs) < SamePeriod * periodMs;
        if (isKnown || _candidate is { IsOn: true })
            return;
        _candidate ??= new FoundSeason();
        _candidate.Begin(periodMs, rest.StepMs, rest.Value);
    }

    private void Choose(double stepMs)
    {
        if (_found is { IsOn: true, ErrorLeft: > LeftKept })
            _found.End();
        if (_candidate is not { IsOn: true } || !_candidate.IsTried(stepMs))
            return;
        if (_candidate.ErrorLeft < LeftMax * (_found?.ErrorLeft ?? 1))
        {
            (_found, _candidate) = (_candidate, _found);
            _candidate?.End();
        }
        else if (_candidate.CyclesTried(stepMs) > CyclesOnTrialMax)
        {
            _candidate.End();
        }
    }
}
