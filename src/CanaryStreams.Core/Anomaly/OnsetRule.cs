namespace CanaryStreams.Core.Anomaly;

/// <summary>Tells where something new begins: where the score exceeds that of all of the last points.</summary>
/// <param name="lookBack">How many points that is, at least 1.</param>
internal struct OnsetRule(int lookBack)
{
    private float[] _recent = new float[lookBack];
    private int _next;

    /// <summary>The score where something new begins, 0 elsewhere; the score then joins the last points.</summary>
    /// <param name="score">In [0,1).</param>
    public double Observe(double score)
    {
        var highest = 0f;
        foreach (var earlier in _recent)
            highest = Math.Max(highest, earlier);
        _recent[_next] = (float)score;
        _next = _next + 1 == _recent.Length ? 0 : _next + 1;
        return (float)score > highest ? score : 0;
    }

    /// <summary>An independent copy.</summary>
    public readonly OnsetRule Clone() => this with { _recent = (float[])_recent.Clone() };
}
