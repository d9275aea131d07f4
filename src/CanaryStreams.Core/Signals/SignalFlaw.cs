namespace CanaryStreams.Core.Signals;

/// <summary>What came of a series in place of readings that can be judged.</summary>
public enum SignalFlaw
{
    /// <summary>Readings after their bucket had closed.</summary>
    Late,

    /// <summary>Readings over no observation.</summary>
    ZeroTraffic,

    /// <summary>Readings whose value is rejected: NaN, infinite, or a ratio outside [0,1].</summary>
    InvalidValue,
}
