namespace CanaryStreams.Core.Baselines;

/// <summary>
/// A shape on trial: its offset to the series (a moving mean) and the error that it would have made, so that shapes are
/// compared by what they would have expected before a bucket was seen.
/// </summary>
internal struct SeasonTrial
{
    private const double OffsetClip = 3;
    private const double ErrorClip = 5;

    public double Offset { get; set; }

    /// <summary>Moving mean absolute error.</summary>
    public double Error { get; set; }

    /// <param name="rest">The series less the shape.</param>
    /// <param name="errorGain">Weight in the error, in (0,1); more while there are few.</param>
    /// <param name="scale">A large normal error is a few of these.</param>
    /// <param name="count">Comparisons so far, this one included.</param>
    public void Learn(in SeasonBucket bucket, double rest, double errorGain, double scale, int count)
    {
        if (count == 1)
            Offset = rest;
        var innovation = rest - Offset;
        Error += Math.Max(errorGain, 1.0 / count) * (Math.Min(Math.Abs(innovation), ErrorClip * scale) - Error);
        if (bucket.IsNormal)
            Offset +=
                Math.Max(bucket.Gain * bucket.Weight, 1.0 / count)
                * Math.Clamp(innovation, -OffsetClip * scale, OffsetClip * scale);
    }
}
