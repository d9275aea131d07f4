namespace CanaryStreams.Core.Evidence;

/// <summary>
/// The last buckets of one stable arm, oldest first, empty buckets included: what evidence learns noise, level and
/// blips from before a canary starts. A ring of fixed capacity.
/// </summary>
public sealed class ArmHistory(int capacity)
{
    private readonly Arm[] _ring = new Arm[capacity];
    private int _next;

    public int Count { get; private set; }

    public void Add(Arm bucket)
    {
        _ring[_next] = bucket;
        _next = (_next + 1) % _ring.Length;
        Count = Math.Min(Count + 1, _ring.Length);
    }

    /// <summary>A copy, oldest first.</summary>
    public Arm[] ToArray()
    {
        var result = new Arm[Count];
        var start = (_next - Count + _ring.Length) % _ring.Length;
        for (var i = 0; i < result.Length; i++)
            result[i] = _ring[(start + i) % _ring.Length];
        return result;
    }
}
