namespace CanaryStreams.Engine.Live;

/// <summary>
/// How long to wait before the next attempt: twice as long each time, up to a limit, and short again when the last failure
/// is long ago.
/// </summary>
internal sealed class Backoff(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Forgiven = TimeSpan.FromMinutes(1);

    private TimeSpan _next = First;
    private long? _failed;

    public TimeSpan Next()
    {
        if (_failed is { } failed && time.GetElapsedTime(failed) > Forgiven)
            _next = First;
        _failed = time.GetTimestamp();
        var delay = _next;
        _next = delay * 2 < Longest ? delay * 2 : Longest;
        return delay;
    }

    /// <summary>For attempts that are counted by somebody else, from 1.</summary>
    public static TimeSpan After(int attempt)
    {
        var delay = First * Math.Pow(2, Math.Min(attempt - 1, 10));
        return delay < Longest ? delay : Longest;
    }
}
