namespace CanaryStreams.Core.Anomaly;

/// <summary>Scores the points of one series as they come, each from its past alone.</summary>
public interface IPointScorer
{
    /// <summary>Scores the next point and learns it.</summary>
    /// <param name="timeMs">Unix milliseconds, not falling.</param>
    /// <param name="value">Any number; one that isn't finite is missing: it scores 0 and nothing is learnt.</param>
    ScoredPoint Score(long timeMs, double value);
}
