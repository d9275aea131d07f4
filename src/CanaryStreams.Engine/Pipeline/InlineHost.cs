using CanaryStreams.Core.Lanes;

namespace CanaryStreams.Engine.Pipeline;

/// <summary>
/// The host without threads or queues: a batch pushed into a source has gone all the way when the push returns. Used
/// where the caller sets the pace: replays and tests.
/// </summary>
public class InlineHost : IStreamHost
{
    private readonly Dictionary<string, object> _sources = [];

    public Flow<T> Source<T>(string name, string reads)
    {
        var flow = new Flow<T>(name);
        _sources.Add(name, flow);
        return flow;
    }

    /// <summary>The source of that name, to push batches into.</summary>
    public Flow<T> Inlet<T>(string name) => (Flow<T>)_sources[name];

    public virtual Flow<T> Queue<T>(Flow<T> from, Edge edge, Func<T, int> weigh) => from;

    public Flow<TOut> Stage<TIn, TOut>(Flow<TIn> from, string name, Func<IStage<TIn, TOut>> create)
    {
        var stage = create();
        var flow = new Flow<TOut>(name);
        from.To((batch, stop) => flow.PushAsync(stage.Process(batch), stop));
        return flow;
    }

    public void Sink<T>(Flow<T> from, string name, string writes, Func<T, CancellationToken, ValueTask> write) =>
        from.To(write);
}
