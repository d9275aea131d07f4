namespace CanaryStreams.Core.Explanations;

/// <summary>Whether an innocent reason for a difference is left.</summary>
public enum Ruling
{
    /// <summary>What was seen contradicts it.</summary>
    RuledOut,

    /// <summary>What was seen fits it too.</summary>
    Possible,

    /// <summary>Too little was seen to tell.</summary>
    Unknown,
}
