using CanaryStreams.Engine.Pipeline;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Engine.Tests.Pipeline;

public class BoundedQueueTests
{
    private static readonly CancellationToken Soon = new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Fact]
    public async Task TryWrite_UpToTheCapacityInWeight_AndNotBeyond()
    {
        var queue = new BoundedQueue<string>(10);

        queue.TryWrite("a", 4).ShouldBeTrue();
        queue.TryWrite("b", 6).ShouldBeTrue();
        queue.TryWrite("c", 1).ShouldBeFalse();

        queue.Used.ShouldBe(10);
        (await queue.ReadAsync(Soon)).ShouldBe((true, "a"));
        (await queue.ReadAsync(Soon)).ShouldBe((true, "b"));
    }

    [Fact]
    public async Task TryWrite_WhileABatchIsWorkedOn_ItsWeightCounts()
    {
        var queue = new BoundedQueue<string>(10);
        queue.TryWrite("a", 10);
        await queue.ReadAsync(Soon);

        queue.Used.ShouldBe(10);
        queue.TryWrite("b", 1).ShouldBeFalse();

        var next = queue.ReadAsync(Soon).AsTask();
        queue.Used.ShouldBe(0);
        queue.TryWrite("b", 10).ShouldBeTrue();
        (await next).ShouldBe((true, "b"));
    }

    [Fact]
    public void TryWrite_HeavierThanTheCapacity_OnlyWhenEmpty()
    {
        var empty = new BoundedQueue<string>(10);
        var used = new BoundedQueue<string>(10);
        used.TryWrite("a", 1);

        empty.TryWrite("huge", 1000).ShouldBeTrue();
        empty.TryWrite("b", 1).ShouldBeFalse();
        used.TryWrite("huge", 1000).ShouldBeFalse();
    }

    [Fact]
    public async Task WriteAsync_Full_WaitsUntilTheReaderIsDoneWithABatch()
    {
        var queue = new BoundedQueue<string>(10);
        queue.TryWrite("a", 10);
        var waiting = queue.WriteAsync("b", 10, Soon).AsTask();
        await queue.ReadAsync(Soon);
        waiting.IsCompleted.ShouldBeFalse();

        var next = queue.ReadAsync(Soon);

        await waiting;
        (await next).ShouldBe((true, "b"));
    }

    [Fact]
    public async Task ReadAsync_Empty_WaitsForAWriter()
    {
        var queue = new BoundedQueue<string>(10);
        var reading = queue.ReadAsync(Soon).AsTask();
        reading.IsCompleted.ShouldBeFalse();

        queue.TryWrite("a", 1);

        (await reading).ShouldBe((true, "a"));
    }

    [Fact]
    public async Task Complete_LetsWhatIsThereBeReadAndNothingMoreIn()
    {
        var queue = new BoundedQueue<string>(10);
        queue.TryWrite("a", 10);
        var waiting = queue.WriteAsync("b", 10, Soon).AsTask();

        queue.Complete();

        queue.TryWrite("c", 1).ShouldBeFalse();
        (await queue.ReadAsync(Soon)).ShouldBe((true, "a"));
        (await queue.ReadAsync(Soon)).ShouldBe((false, null));
        await waiting.ShouldThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task Complete_WakesAReaderThatWaits()
    {
        var queue = new BoundedQueue<string>(10);
        var reading = queue.ReadAsync(Soon).AsTask();

        queue.Complete();

        (await reading).Taken.ShouldBeFalse();
    }

    [Fact]
    public async Task WriteAsync_Stopped_EndsWithoutHavingWritten()
    {
        var queue = new BoundedQueue<string>(10);
        queue.TryWrite("a", 10);
        using var stop = new CancellationTokenSource();
        var waiting = queue.WriteAsync("b", 1, stop.Token).AsTask();

        await stop.CancelAsync();

        await waiting.ShouldThrowAsync<OperationCanceledException>();
        queue.Used.ShouldBe(10);
    }

    /// <summary>Positive numbers are writes of that weight, others reads (where there is something to read).</summary>
    [Fact]
    public void AnyOrderOfWritesAndReads_LosesNothingKeepsTheOrderAndItsBound() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Gen.Choose(-6, 12).ListOf().ToArbitrary(),
                steps =>
                {
                    const int capacity = 10;
                    var queue = new BoundedQueue<int>(capacity);
                    var expected = new Queue<(int Item, int Weight)>();
                    var inWork = 0;
                    for (var i = 0; i < steps.Count; i++)
                    {
                        var used = inWork + expected.Sum(e => e.Weight);
                        if (queue.Used != used)
                            return false;
                        if (steps[i] > 0)
                        {
                            var fits = used == 0 || used + steps[i] <= capacity;
                            if (queue.TryWrite(i, steps[i]) != fits)
                                return false;
                            if (fits)
                                expected.Enqueue((i, steps[i]));
                        }
                        else if (expected.TryDequeue(out var next))
                        {
                            var read = queue.ReadAsync(Soon);
                            if (!read.IsCompletedSuccessfully || read.GetAwaiter().GetResult() != (true, next.Item))
                                return false;
                            inWork = next.Weight;
                        }
                    }
                    return true;
                }
            )
        );
}
