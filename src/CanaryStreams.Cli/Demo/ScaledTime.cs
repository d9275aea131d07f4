namespace CanaryStreams.Cli.Demo;

/// <summary>
/// A clock that starts at a given moment and runs a given number of times faster than the one it is made from; its
/// timers run faster by the same factor, so a delay of a minute takes a minute of this clock.
/// </summary>
internal sealed class ScaledTime(TimeProvider real, DateTimeOffset start, double factor) : TimeProvider
{
    private readonly long _started = real.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => start + real.GetElapsedTime(_started) * factor;

    public override long TimestampFrequency => real.TimestampFrequency;

    public override long GetTimestamp() => (long)((real.GetTimestamp() - _started) * factor);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(real.CreateTimer(callback, state, Scale(dueTime), Scale(period)), Scale);

    private TimeSpan Scale(TimeSpan time) =>
        time <= TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(Math.Max(1, time.TotalMilliseconds / factor));

    private sealed class ScaledTimer(ITimer inner, Func<TimeSpan, TimeSpan> scale) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(scale(dueTime), scale(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
