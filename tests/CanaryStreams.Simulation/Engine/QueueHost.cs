using CanaryStreams.Engine.Pipeline;

namespace CanaryStreams.Simulation.Engine;

/// <summary>The graph with its queues: behind each of them the world decides when it goes on.</summary>
internal sealed class QueueHost : InlineHost
{
    public const int BatchesMax = 4;
    private readonly List<Pump> _pumps = [];

    public IReadOnlyList<Pump> Pumps => _pumps;

    public override Flow<T> Queue<T>(Flow<T> from, Edge edge, Func<T, int> weigh)
    {
        var pump = new Pump<T>(edge.Name);
        from.To(
            (batch, _) =>
            {
                pump.Waiting.Enqueue(batch);
                return ValueTask.CompletedTask;
            }
        );
        _pumps.Add(pump);
        return pump.Flow;
    }

    public bool TryOffer<T>(string source, T batch)
    {
        if (_pumps[0].Count >= BatchesMax)
            return false;
        Finish(Inlet<T>(source).PushAsync(batch, CancellationToken.None));
        return true;
    }

    public static void Finish(ValueTask done)
    {
        if (!done.IsCompleted)
            throw new InvalidOperationException("something waits on a task in a world without tasks");
        done.GetAwaiter().GetResult();
    }

    internal abstract class Pump(string name)
    {
        public string Name { get; } = name;
        public abstract int Count { get; }
        public abstract void Step();
    }

    private sealed class Pump<T>(string name) : Pump(name)
    {
        public Queue<T> Waiting { get; } = new();
        public Flow<T> Flow { get; } = new(name);
        public override int Count => Waiting.Count;

        public override void Step() => Finish(Flow.PushAsync(Waiting.Dequeue(), CancellationToken.None));
    }
}
