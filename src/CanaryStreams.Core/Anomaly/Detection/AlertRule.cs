using CanaryStreams.Core.Anomaly.Network;

namespace CanaryStreams.Core.Anomaly.Detection;

/// <summary>
/// Says once that something began, stays quiet while it lasts, and speaks again only for something new. Works on the
/// evidence x behind a score, a logit. Something new begins where x exceeds that of all of the last points and, by a
/// margin, the last onset among them. How much it counts falls with what the series has shown before: trouble like that of
/// the days before is less news than the first of its kind.
/// </summary>
/// <remarks>State: 384 bytes.</remarks>
internal sealed class AlertRule
{
    private const int LookBack = 30;
    private const int QuietPoints = 40;
    private const double QuietEvidence = -2;
    private const double CloseShare = 0.5;
    private const int CloseAfter = 5;
    private const double HourMs = 3_600_000;

    // What is as plain as this counts no more than it: the next fault of its kind must still be told.
    private const double FatigueMax = 7;

    // The plainer the last onset, the more a new one must stand out: a fault's second point isn't news, nor is its end.
    private const double MarginShare = 0.15;

    private readonly FusionSettings _fusion;
    private Evidences _recent;
    private Evidences _onsets;
    private int _next;
    private double _fatigue;
    private double _episode;
    private int _quiet;
    private long _timeMs = long.MinValue;
    private int _calm;

    public AlertRule(FusionSettings fusion)
    {
        _fusion = fusion;
        ((Span<float>)_recent).Fill(float.NegativeInfinity);
        ((Span<float>)_onsets).Fill(float.NegativeInfinity);
    }

    /// <summary>Whether an alert is open.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Takes over whether an alert is open from what watched the series before.</summary>
    public void Continue(bool isOpen) => IsOpen = isOpen;

    public AlertRule Clone() => (AlertRule)MemberwiseClone();

    /// <summary>Takes the evidence of the next point.</summary>
    /// <param name="timeMs">Unix milliseconds, not falling.</param>
    /// <param name="level">That it is abnormal.</param>
    /// <param name="evidence">That something abnormal begins.</param>
    /// <param name="threshold">Score in (0,1) from which an onset opens an alert.</param>
    /// <returns>Score, and the same as onset where something new begins, otherwise 0.</returns>
    public (double Score, double Onset) Observe(long timeMs, double level, double evidence, double threshold)
    {
        Fade(timeMs);
        var isNew = evidence > Highest(_recent) && evidence > Beyond(Highest(_onsets));
        _recent[_next] = (float)evidence;
        _onsets[_next] = isNew ? (float)evidence : float.NegativeInfinity;
        _next = (_next + 1) % LookBack;
        var score = _fusion.Score(isNew ? evidence - (_fusion.FatigueShare * _fatigue) : level);
        Remember(evidence);
        Turn(score, isNew, threshold);
        return (score, isNew ? score : 0);
    }

    private double Beyond(double lastOnset) =>
        double.IsNegativeInfinity(lastOnset)
            ? lastOnset
            : lastOnset + _fusion.OnsetMargin + (MarginShare * Math.Max(0, lastOnset));

    private void Turn(double score, bool isNew, double threshold)
    {
        _calm = score < CloseShare * threshold ? _calm + 1 : 0;
        if (isNew && score >= threshold)
            IsOpen = true;
        else if (_calm >= CloseAfter)
            IsOpen = false;
    }

    /// <summary>An episode joins what the series has shown once it is over: it doesn't count against itself.</summary>
    private void Remember(double evidence)
    {
        _episode = Math.Max(_episode, evidence - QuietEvidence);
        _quiet = evidence > QuietEvidence ? 0 : _quiet + 1;
        if (_quiet < QuietPoints)
            return;
        _fatigue = Math.Min(Math.Max(_fatigue, _episode), FatigueMax);
        _episode = 0;
    }

    private void Fade(long timeMs)
    {
        if (_timeMs != long.MinValue && timeMs > _timeMs)
            _fatigue *= Math.Exp(-(timeMs - _timeMs) / (_fusion.FatigueHours * HourMs));
        _timeMs = timeMs;
    }

    private static float Highest(in Evidences evidences)
    {
        var highest = float.NegativeInfinity;
        foreach (var one in evidences)
            highest = Math.Max(highest, one);
        return highest;
    }

    [System.Runtime.CompilerServices.InlineArray(LookBack)]
    private struct Evidences
    {
        private float _first;
    }
}
