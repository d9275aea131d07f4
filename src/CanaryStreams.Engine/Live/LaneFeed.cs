namespace CanaryStreams.Engine.Live;

/// <summary>Gives a lane what its topics hold, joined, as far as there is room for it; then the time where nothing waits.</summary>
internal sealed class LaneFeed(MergedTopics topics, ILaneWork work)
{
    private Delivery? _refused;
    private long _tickedMs;

    /// <param name="endOf">The end of a topic's partition as far as it is known; null where it isn't.</param>
    public void Advance(Func<string, long?> endOf, int recordsMax, long nowMs)
    {
        if (_refused is { } refused)
            Offer(refused);
        while (_refused is null)
        {
            var (records, finished) = topics.Take(recordsMax, endOf);
            if (records.Count == 0)
                break;
            Offer(new Delivery(records, nowMs, IsCaughtUp: false, topics.Positions, new Batches(finished)));
        }
        if (_refused is null && topics.IsEmpty && IsTickDue(nowMs) && topics.IsCaughtUp(endOf))
            Tick(nowMs);
    }

    private bool IsTickDue(long nowMs) => nowMs - _tickedMs >= work.TickEvery.TotalMilliseconds;

    private void Tick(long nowMs)
    {
        _tickedMs = nowMs;
        Offer(new Delivery([], nowMs, IsCaughtUp: true, topics.Positions));
    }

    private void Offer(Delivery delivery) => _refused = work.TryOffer(delivery) ? null : delivery;
}
