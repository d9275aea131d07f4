namespace CanaryStreams.Core.Baselines;

/// <summary>A bucket as the seasons see it.</summary>
/// <param name="EndMs">Unix milliseconds.</param>
/// <param name="Value">Of the series, or what other parts of the baseline leave of it.</param>
/// <param name="Weight">In (0,1], relative to the usual bucket.</param>
/// <param name="Gain">Weight of the usual bucket in an offset, in (0,1).</param>
/// <param name="StepMs">Usual distance of two buckets, milliseconds, &gt; 0.</param>
/// <param name="Deviation">Mean absolute one of the series from its baseline.</param>
/// <param name="IsNormal">Whether offsets may follow it; shapes learn it (clipped) in any case.</param>
internal readonly record struct SeasonBucket(
    long EndMs,
    double Value,
    double Weight,
    double Gain,
    double StepMs,
    double Deviation,
    bool IsNormal
);
