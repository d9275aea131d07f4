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

    private long _failed;

    /// <summary>Failures in a row.</summary>
    public int Attempts { get; private set; }

    public TimeSpan Next()
    {
        if (Attempts > 0 && time.GetElapsedTime(_failed) > Forgiven)
            Attempts = 0;
        _failed = time.GetTimestamp();
        return After(++Attempts);
    }

    /// <param name="attempt">Failures in a row, from 1.</param>
    public static TimeSpan After(int attempt)
    {
        var delay = First * Math.Pow(2, Math.Min(attempt - 1, 10));
        return delay < Longest ? delay : Longest;
    }
}
