namespace CanaryStreams.Core.Telemetry;

/// <summary>
/// One valid measurement, its series already resolved to a dense id of the <see cref="SeriesTable"/> that decoded it.
/// </summary>
/// <param name="TimeMs">Event time, Unix milliseconds.</param>
/// <param name="Value">Mean of <paramref name="Count"/> observations; for a ratio in [0,1].</param>
/// <param name="Count">Number of observations (or trials) behind the value; ≥ 0, default 1.</param>
public readonly record struct Measurement(int Series, long TimeMs, double Value, double Count);
