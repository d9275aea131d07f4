using CanaryStreams.Core.Lanes;

namespace CanaryStreams.Engine.Pipeline;

/// <summary>
/// What a host of the stream graph offers to the composition. Hosts differ in what runs where: one prints the graph,
/// one runs it on channels and tasks, one runs it inline for replays and tests.
/// </summary>
public interface IStreamHost
{
    /// <summary>Where batches come in; <paramref name="reads"/> says from where, for people.</summary>
    Flow<T> Source<T>(string name, string reads);

    /// <summary>A bounded edge; <paramref name="weigh"/> gives a batch's size in the edge's unit.</summary>
    Flow<T> Queue<T>(Flow<T> from, Edge edge, Func<T, int> weigh);

    /// <summary>A stage, fused to what is before it: no queue, no thread between them.</summary>
    Flow<TOut> Stage<TIn, TOut>(Flow<TIn> from, string name, Func<IStage<TIn, TOut>> create);

    /// <summary>Where batches go; <paramref name="writes"/> says where to, for people.</summary>
    void Sink<T>(Flow<T> from, string name, string writes, Func<T, CancellationToken, ValueTask> write);
}
