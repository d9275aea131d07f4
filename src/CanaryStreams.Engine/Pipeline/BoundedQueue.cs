using System.Diagnostics.CodeAnalysis;

namespace CanaryStreams.Engine.Pipeline;

/// <summary>
/// A queue bounded by the weight of what it holds (records, not batches), for one reader. A batch heavier than the whole
/// capacity is let in when the queue is empty, so nothing can block for ever. The weight of a batch is given back when
/// the reader is done with it and asks for the next, so what is being worked on counts too.
/// </summary>
public sealed class BoundedQueue<T>(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<(T Item, int Weight)> _items = new();
    private TaskCompletionSource _changed = New();
    private int _inWork;
    private bool _completed;

    /// <summary>Weight of all that waits or is being worked on.</summary>
    public int Used { get; private set; }

    /// <summary>False when there is no room; the item was not taken.</summary>
    public bool TryWrite(T item, int weight)
    {
        lock (_gate)
        {
            if (_completed || (Used > 0 && Used + weight > capacity))
                return false;
            _items.Enqueue((item, weight));
            Used += weight;
            Wake();
            return true;
        }
    }

    public async ValueTask WriteAsync(T item, int weight, CancellationToken stop)
    {
        while (true)
        {
            var changed = Changed;
            if (TryWrite(item, weight))
                return;
            if (Completed)
                throw new InvalidOperationException("The queue was completed.");
            await changed.WaitAsync(stop);
        }
    }

    /// <summary>Gives the previous item's weight back and takes the next; false when completed and empty.</summary>
    public async ValueTask<(bool Taken, T? Item)> ReadAsync(CancellationToken stop)
    {
        while (true)
        {
            var changed = Changed;
            if (TryRead(out var item))
                return (true, item);
            if (Completed)
                return (false, default);
            await changed.WaitAsync(stop);
        }
    }

    /// <summary>Nothing more comes in; what is there can still be read.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            Wake();
        }
    }

    private bool TryRead([MaybeNullWhen(false)] out T item)
    {
        lock (_gate)
        {
            if (_inWork > 0)
            {
                Used -= _inWork;
                _inWork = 0;
                Wake();
            }
            if (!_items.TryDequeue(out var next))
            {
                item = default;
                return false;
            }
            (item, _inWork) = next;
            return true;
        }
    }

    private Task Changed
    {
        get
        {
            lock (_gate)
                return _changed.Task;
        }
    }

    private bool Completed
    {
        get
        {
            lock (_gate)
                return _completed && _items.Count == 0;
        }
    }

    private void Wake()
    {
        _changed.TrySetResult();
        _changed = New();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
