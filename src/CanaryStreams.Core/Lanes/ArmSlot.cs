using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Lanes;

/// <summary>One arm of an application's buckets, from its first reading until it has been silent for too long.</summary>
/// <param name="id">Dense within the application; given to another arm once this one is forgotten.</param>
internal sealed class ArmSlot(int id, ArmKey key, int source)
{
    public int Id { get; } = id;

    public ArmKey Key { get; } = key;

    /// <summary>Its source of the watermark.</summary>
    public int Source { get; } = source;

    /// <summary>The version of its last reading.</summary>
    public string Version { get; set; } = "";

    /// <summary>Event time of its last reading in a closed bucket.</summary>
    public long LastMs { get; set; } = long.MinValue;

    /// <summary>The same of its last reading over any observation.</summary>
    public long LastCountedMs { get; set; } = long.MinValue;

    /// <summary>Why its last reading that was refused could not be used; null where none was.</summary>
    public SignalFlaw? Refused { get; private set; }

    /// <summary>End of the bucket that was open when it was refused.</summary>
    public long RefusedMs { get; private set; } = long.MinValue;

    public void Refuse(SignalFlaw flaw, long bucketEndMs) => (Refused, RefusedMs) = (flaw, bucketEndMs);

    /// <summary>Whoever still holds the slot asks for the arm again.</summary>
    public bool IsForgotten { get; set; }
}
