namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>
/// One way to see that a point is unusual. A member judges the point by what it learnt from the points before and only
/// then learns it; its deviations need no common scale, calibration gives them one.
/// </summary>
internal interface IScoreMember
{
    /// <summary>How far the next point deviates from what this member expected.</summary>
    /// <param name="timeMs">Unix milliseconds, rising.</param>
    /// <param name="value">Finite.</param>
    /// <returns>In 0..<see cref="Deviation.Max"/>.</returns>
    double Observe(long timeMs, double value);

    IScoreMember Clone();
}
