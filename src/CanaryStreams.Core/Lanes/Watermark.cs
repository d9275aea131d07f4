namespace CanaryStreams.Core.Lanes;

/// <summary>
/// Event time of one application, as its sources (a track in a cluster) tell it. A moment has passed when more than
/// half of the sources heard of lately have spoken from after it: one producer with a clock in the future can't close
/// the others' buckets, and one that stands still can't hold them open for longer than it counts as live.
/// </summary>
internal sealed class Watermark(long liveForMs)
{
    private readonly List<long> _latest = [];
    private long _newest = long.MinValue;

    public int AddSource()
    {
        _latest.Add(long.MinValue);
        return _latest.Count - 1;
    }

    public void Saw(int source, long timeMs)
    {
        _latest[source] = Math.Max(_latest[source], timeMs);
        _newest = Math.Max(_newest, timeMs);
    }

    public bool HasPassed(long timeMs)
    {
        var passed = 0;
        var waiting = 0;
        foreach (var latest in _latest)
        {
            if (latest >= timeMs)
                passed++;
            else if (latest >= _newest - liveForMs)
                waiting++;
        }
        return passed > waiting;
    }
}
