namespace CanaryStreams.Engine.Pipeline;

/// <summary>The end of a part of the graph, to which the next part is joined.</summary>
public sealed class Flow<T>(string node)
{
    private Func<T, CancellationToken, ValueTask> _next = (_, _) => ValueTask.CompletedTask;

    public string Node { get; } = node;

    /// <summary>Joins one more reader; readers get each batch in the order in which they were joined.</summary>
    public void To(Func<T, CancellationToken, ValueTask> reader)
    {
        var before = _next;
        _next = async (batch, stop) =>
        {
            await before(batch, stop);
            await reader(batch, stop);
        };
    }

    public ValueTask PushAsync(T batch, CancellationToken stop) => _next(batch, stop);
}
