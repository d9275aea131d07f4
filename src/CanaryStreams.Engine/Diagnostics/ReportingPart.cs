namespace CanaryStreams.Engine.Diagnostics;

/// <summary>One part's last word, and when it was last heard.</summary>
internal sealed class ReportingPart(string name, TimeProvider time, Action<ReportingPart> forget) : IHealthPart
{
    private sealed record Word(HealthState State, string? Reason, DateTimeOffset Since);

    /// <summary>In place of a timestamp, for a part that has never beaten.</summary>
    private const long Never = long.MinValue;

    private readonly Lock _lock = new();
    private Word _word = new(HealthState.Starting, null, time.GetUtcNow());
    private long _heard = Never;

    public string Name => name;

    public PartHealth Health
    {
        get
        {
            var heard = Volatile.Read(ref _heard);
            var word = Volatile.Read(ref _word);
            return new PartHealth(
                name,
                word.State,
                word.Reason,
                word.Since,
                heard == Never ? null : time.GetElapsedTime(heard)
            );
        }
    }

    public void Ready() => Say(HealthState.Ready, null);

    public void Waits(string reason) => Say(HealthState.Waiting, reason);

    public void Fails(string reason) => Say(HealthState.Failed, reason);

    public void Beat() => Volatile.Write(ref _heard, time.GetTimestamp());

    public void Dispose() => forget(this);

    private void Say(HealthState state, string? reason)
    {
        // A part that only reports, without a loop of its own, may be silent for as long as nothing changes.
        if (Volatile.Read(ref _heard) != Never)
            Beat();
        var word = Volatile.Read(ref _word);
        if (word.State == state && word.Reason == reason)
            return;
        lock (_lock)
        {
            var since = _word.State == state ? _word.Since : time.GetUtcNow();
            Volatile.Write(ref _word, new Word(state, reason, since));
        }
    }
}
