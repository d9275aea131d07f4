using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Anomaly.Detection;

/// <summary>
/// What a young or unimportant series is scored by: how far a point lies outside the band that its baseline expects, which
/// is wide while little is known, and that the less the fewer points there were. Remembers the last points, so that a full detector can begin with them.
/// </summary>
/// <remarks>State: 576 bytes.</remarks>
internal sealed class CompactDetector
{
    /// <summary>Points that a full detector begins with.</summary>
    public const int Remembered = 32;

    // Half-widths of the band at which the score is one half.
    private const double HalfScoreDistance = 3;

    // The band of the first points is a guess, and what is held for abnormal isn't learnt: the score counts in full from
    // here on, before that by the share.
    private const int YoungPoints = 20;
    private const double PeakDecay = 0.9;
    private const double CloseShare = 0.5;

    private Times _times;
    private Values _values;
    private int _points;
    private double _peak;

    /// <summary>Whether an alert is open.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Points seen.</summary>
    public int Points => _points;

    public CompactDetector Clone() => (CompactDetector)MemberwiseClone();

    /// <summary>Scores the next point and remembers it.</summary>
    /// <returns>Score in [0,1), and the same as onset where something new begins, otherwise 0.</returns>
    public (double Score, double Onset) Observe(long timeMs, double value, in Expectation expectation, double threshold)
    {
        var slot = _points % Remembered;
        (_times[slot], _values[slot]) = (timeMs, value);
        var trust = Math.Min(1, _points++ / (double)YoungPoints);
        var distance = Distance(value, expectation);
        var score = trust * distance / (distance + HalfScoreDistance);
        var onset = score > _peak ? score : 0;
        _peak = Math.Max(score, PeakDecay * _peak);
        if (onset >= threshold)
            IsOpen = true;
        else if (score < CloseShare * threshold)
            IsOpen = false;
        return (score, onset);
    }

    /// <summary>Gives the remembered points, oldest first, to a full detector that begins.</summary>
    public void Replay(FullDetector full, double threshold)
    {
        for (var i = Math.Max(0, _points - Remembered); i < _points; i++)
            full.Observe(_times[i % Remembered], _values[i % Remembered], threshold);
    }

    private static double Distance(double value, in Expectation expectation)
    {
        if (double.IsNaN(expectation.Expected))
            return 0;
        var above = value > expectation.Expected;
        var width = above ? expectation.Upper - expectation.Expected : expectation.Expected - expectation.Lower;
        var floor = 1e-12 + (1e-6 * Math.Abs(expectation.Expected));
        return Math.Min(Math.Abs(value - expectation.Expected) / Math.Max(width, floor), 1000);
    }

    [System.Runtime.CompilerServices.InlineArray(Remembered)]
    private struct Times
    {
        private long _first;
    }

    [System.Runtime.CompilerServices.InlineArray(Remembered)]
    private struct Values
    {
        private double _first;
    }
}
