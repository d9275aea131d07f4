using Confluent.Kafka;

namespace CanaryStreams.Kafka;

/// <summary>Counts the acknowledgements of one call's records; done with the last one, whatever they say.</summary>
/// <param name="failureOf">What a topic's error comes to.</param>
internal sealed class PendingSend(Func<string, Error, Exception> failureOf)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<TopicPartition, long> _next = [];
    private int _open = 1;
    private Exception? _first;

    public Task Done => _done.Task;

    /// <summary>By partition the offset behind the last record; to be asked when all is done.</summary>
    public IReadOnlyCollection<PartitionOffset> NextOffsets
    {
        get
        {
            lock (_next)
                return [.. _next.Select(one => new PartitionOffset(one.Key.Topic, one.Key.Partition, one.Value))];
        }
    }

    /// <summary>Counts one more record to wait for.</summary>
    public void Expect() => Interlocked.Increment(ref _open);

    /// <summary>The first failure is what the call ends with.</summary>
    public void Fail(Exception exception) => Interlocked.CompareExchange(ref _first, exception, null);

    public void OnDelivery(DeliveryReport<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> report)
    {
        if (report.Error.IsError)
            Fail(failureOf(report.Topic, report.Error));
        else
            Arrived(TopicPartition.From(report.TopicPartition), report.Offset.Value + 1);
        Release();
    }

    /// <summary>One record less, or the call itself: it holds one count until all its records are handed over.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _open) > 0)
            return;
        if (_first is { } failure)
            _done.TrySetException(failure);
        else
            _done.TrySetResult();
    }

    private void Arrived(TopicPartition partition, long next)
    {
        lock (_next)
            _next[partition] = Math.Max(next, _next.GetValueOrDefault(partition));
    }
}
