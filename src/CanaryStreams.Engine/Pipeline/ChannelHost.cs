namespace CanaryStreams.Engine.Pipeline;

/// <summary>
/// The live host: what lies between two edges runs fused on one task, each edge is a bounded queue. An edge that
/// pauses its partition has no waiting writer: its source offers and is told when there is no room.
/// </summary>
public sealed class ChannelHost : InlineHost
{
    private readonly Dictionary<string, object> _offers = [];
    private readonly List<Func<CancellationToken, Task>> _pumps = [];
    private readonly List<Action> _completions = [];
    private readonly List<(Edge Edge, Func<int> Used)> _fill = [];

    /// <summary>The edges and how much each holds now, in its unit.</summary>
    public IReadOnlyList<(Edge Edge, Func<int> Used)> Fill => _fill;

    public override Flow<T> Queue<T>(Flow<T> from, Edge edge, Func<T, int> weigh)
    {
        var queue = new BoundedQueue<T>(edge.Capacity);
        var flow = new Flow<T>(edge.Name);
        if (edge.WhenFull == WhenFull.PausePartition)
            _offers.Add(from.Node, (Func<T, bool>)(batch => queue.TryWrite(batch, weigh(batch))));
        from.To((batch, stop) => queue.WriteAsync(batch, weigh(batch), stop));
        _completions.Add(queue.Complete);
        _fill.Add((edge, () => queue.Used));
        _pumps.Add(stop => PumpAsync(queue, flow, stop));
        return flow;
    }

    /// <summary>Takes the batch if the source's edge has room; false, and the caller keeps it, when not.</summary>
    public bool TryOffer<T>(string source, T batch) => ((Func<T, bool>)_offers[source])(batch);

    /// <summary>
    /// Runs until stopped, or until <see cref="Complete"/> has drained every edge. A failing stage ends it; when this
    /// returns nothing runs any more, so what the stages use may be disposed.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = _pumps.Select(pump => Task.Run(() => pump(failed.Token), CancellationToken.None)).ToList();
        Task? first = null;
        while (running.Count > 0)
        {
            var ended = await Task.WhenAny(running);
            running.Remove(ended);
            if (ended.IsCompletedSuccessfully || first is not null)
                continue;
            first = ended;
            await failed.CancelAsync();
        }
        if (first is not null)
            await first;
    }

    /// <summary>Lets nothing more in; what is inside goes on to the end, edge after edge.</summary>
    public void Complete() => _completions.FirstOrDefault()?.Invoke();

    private async Task PumpAsync<T>(BoundedQueue<T> queue, Flow<T> to, CancellationToken stop)
    {
        while (await queue.ReadAsync(stop) is (true, { } batch))
            await to.PushAsync(batch, stop);
        var next = _completions.IndexOf(queue.Complete) + 1;
        if (next < _completions.Count)
            _completions[next]();
    }
}
