namespace CanaryStreams.Core.Lanes;

/// <summary>
/// A step of the stream graph: takes a batch, gives a batch. It knows nothing of topics, threads or its host; a host
/// calls it from one thread at a time, in the order of the input.
/// </summary>
public interface IStage<in TIn, out TOut>
{
    TOut Process(TIn batch);
}
