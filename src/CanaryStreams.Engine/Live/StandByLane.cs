using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>A partition whose records somebody else works on: it holds the place and does nothing.</summary>
internal sealed class StandByLane(LaneDiagnostics diagnostics) : ILaneWork
{
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TimeSpan TickEvery => TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stop)
    {
        diagnostics.Ready();
        await Task.WhenAny(_completed.Task, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
    }

    public bool TryOffer(Delivery delivery)
    {
        delivery.Owner?.Dispose();
        return true;
    }

    public void Complete() => _completed.TrySetResult();

    public IReadOnlyCollection<PartitionOffset> TakeDone() => [];

    public void Dispose() => Complete();
}
