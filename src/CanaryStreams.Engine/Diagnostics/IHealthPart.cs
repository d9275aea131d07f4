namespace CanaryStreams.Engine.Diagnostics;

/// <summary>
/// How a part of the engine tells of itself, from any thread. Disposed it is gone, and nobody waits for it any more: a lane
/// whose partition has moved to another process. What it says after that is ignored.
/// </summary>
public interface IHealthPart : IDisposable
{
    void Ready();

    /// <param name="reason">What it waits for, for an operator; holds no secret.</param>
    void Waits(string reason);

    /// <param name="reason">What has happened, for an operator; holds no secret.</param>
    void Fails(string reason);

    /// <summary>
    /// Says that its loop goes round. From the first beat on, a silence of more than
    /// <see cref="EngineHealth.SilenceMax"/> means that it is stuck, in whatever state it is; every report counts as a beat.
    /// Cheap enough for each turn of a loop.
    /// </summary>
    void Beat();
}
