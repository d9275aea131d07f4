namespace CanaryStreams.Engine.Diagnostics;

/// <summary>What a part of the engine says of itself.</summary>
public enum HealthState
{
    /// <summary>It has said nothing yet.</summary>
    Starting,

    /// <summary>It does its work.</summary>
    Ready,

    /// <summary>It holds until something comes back, and goes on by itself then.</summary>
    Waiting,

    /// <summary>It has given up; somebody has to look.</summary>
    Failed,
}
