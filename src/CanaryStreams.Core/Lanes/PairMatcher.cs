using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// Joins the stable and the canary execution of a synthetic run. A half whose other half does not come in time is
/// forgotten: it still counts as an ordinary measurement of its own arm.
/// </summary>
internal sealed class PairMatcher(long withinMs)
{
    private readonly Dictionary<(string Cluster, string Transaction, string Run), Half> _open = [];
    private readonly Queue<((string, string, string) Key, long TimeMs)> _order = new();
    private readonly SortedDictionary<PairKey, int[]> _closed = new(PairOrder);

    public void Add(TransactionResult result)
    {
        if (result.Run is null)
            return;
        var key = (result.Cluster, result.Transaction, result.Run);
        if (!_open.TryGetValue(key, out var half))
        {
            _open[key] = new Half(result.Track, result.Success, result.Version, result.Variant);
            _order.Enqueue((key, result.TimeMs));
        }
        else if (half.Track != result.Track)
        {
            _open.Remove(key);
            Count(key.Cluster, key.Transaction, half, result);
        }
        Forget(result.TimeMs - withinMs);
    }

    /// <summary>The pairs completed since the last call, in ordinal order.</summary>
    public IReadOnlyList<PairBucket> Take()
    {
        if (_closed.Count == 0)
            return [];
        var result = _closed
            .Select(p => new PairBucket(
                p.Key.Cluster,
                p.Key.Transaction,
                p.Key.CanaryVersion,
                p.Key.Variant.Length == 0 ? null : p.Key.Variant,
                p.Value[0],
                p.Value[1],
                p.Value[2],
                p.Value[3]
            ))
            .ToArray();
        _closed.Clear();
        return result;
    }

    private void Count(string cluster, string transaction, Half first, TransactionResult second)
    {
        var other = new Half(second.Track, second.Success, second.Version, second.Variant);
        var (stable, canary) = second.Track == Track.Canary ? (first, other) : (other, first);
        var key = new PairKey(cluster, transaction, canary.Version, canary.Variant ?? "");
        if (!_closed.TryGetValue(key, out var counts))
            _closed[key] = counts = new int[4];
        counts[(stable.Success ? 0 : 1) + (canary.Success ? 0 : 2)]++;
    }

    private void Forget(long beforeMs)
    {
        while (_order.TryPeek(out var oldest) && oldest.TimeMs < beforeMs)
            _open.Remove(_order.Dequeue().Key);
    }

    private static readonly Comparer<PairKey> PairOrder = Comparer<PairKey>.Create(
        (a, b) =>
        {
            var order = string.CompareOrdinal(a.Cluster, b.Cluster);
            if (order == 0)
                order = string.CompareOrdinal(a.Transaction, b.Transaction);
            if (order == 0)
                order = string.CompareOrdinal(a.CanaryVersion, b.CanaryVersion);
            return order == 0 ? string.CompareOrdinal(a.Variant, b.Variant) : order;
        }
    );

    private readonly record struct Half(Track Track, bool Success, string Version, string? Variant);

    private readonly record struct PairKey(string Cluster, string Transaction, string CanaryVersion, string Variant);
}
