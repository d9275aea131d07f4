namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>
/// One way to see that a point is unusual. A member judges the point by what it learnt from the points before and only
/// then learns it; its deviations need no common scale, calibration gives them one.
/// </summary>
internal interface IScoreMember
{
    /// <summary>How far the next point deviates from what this member expected, above (positive) or below it.</summary>
    /// <param name="timeMs">Unix milliseconds, not falling.</param>
    /// <param name="value">Finite.</param>
    /// <returns>In −<see cref="Deviation.Max"/>..<see cref="Deviation.Max"/>.</returns>
    double Observe(long timeMs, double value);

    IScoreMember Clone();
}
