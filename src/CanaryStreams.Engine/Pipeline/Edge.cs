namespace CanaryStreams.Engine.Pipeline;

/// <summary>What an edge does with more than it holds. Nothing is ever dropped in silence.</summary>
public enum WhenFull
{
    /// <summary>The writer waits.</summary>
    Wait,

    /// <summary>The Kafka partition is paused until there is room: the records wait in the log.</summary>
    PausePartition,
}

/// <summary>A bounded joint between two parts of the graph that run at their own pace.</summary>
/// <param name="Capacity">In <paramref name="Unit"/>s; one batch is always let in when the edge is empty.</param>
public sealed record Edge(string Name, int Capacity, string Unit, WhenFull WhenFull);
