using CanaryStreams.Core.Lanes;
using CanaryStreams.Engine.Pipeline;

namespace CanaryStreams.Engine.Tests.Pipeline;

public sealed class HostTests : IDisposable
{
    private static readonly Edge First = new("first", 10, "items", WhenFull.PausePartition);
    private static readonly Edge Second = new("second", 10, "items", WhenFull.Wait);

    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(60));

    [Fact]
    public async Task ChannelHost_AStageFails_RunAsyncEndsWithItsException()
    {
        var host = new ChannelHost();
        Compose(host, n => n == 3 ? throw new FormatException("three") : n, (_, _) => ValueTask.CompletedTask);
        var running = host.RunAsync(_guard.Token);

        for (var i = 1; i <= 3; i++)
            host.TryOffer("in", i).ShouldBeTrue();

        (await running.ShouldThrowAsync<FormatException>()).Message.ShouldBe("three");
    }

    [Fact]
    public async Task ChannelHost_ASinkFails_WhoWaitsToWriteIsStoppedToo()
    {
        var host = new ChannelHost();
        var sinking = new TaskCompletionSource();
        Compose(
            host,
            n => n,
            async (_, stop) =>
            {
                await sinking.Task.WaitAsync(stop);
                throw new IOException("full disk");
            }
        );
        var running = host.RunAsync(_guard.Token);
        for (var i = 0; i < 15; i++)
            host.TryOffer("in", i);

        sinking.SetResult();

        await running.ShouldThrowAsync<IOException>();
    }

    [Fact]
    public async Task ChannelHost_AStageFails_NothingRunsAnyMoreWhenRunAsyncReturns()
    {
        var host = new ChannelHost();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = false;
        Compose(
            host,
            n => n == 2 ? throw new FormatException("two") : n,
            async (_, stop) =>
            {
                try
                {
                    entered.SetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                }
                finally
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
                    ended = true;
                }
            }
        );
        var running = host.RunAsync(_guard.Token);
        host.TryOffer("in", 1);
        await entered.Task;
        host.TryOffer("in", 2);

        await running.ShouldThrowAsync<FormatException>();

        ended.ShouldBeTrue();
    }

    [Fact]
    public async Task ChannelHost_Stopped_RunAsyncIsCancelled()
    {
        var host = new ChannelHost();
        Compose(host, n => n, (_, _) => ValueTask.CompletedTask);
        using var stop = new CancellationTokenSource();
        var running = host.RunAsync(stop.Token);

        await stop.CancelAsync();

        await running.ShouldThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task ChannelHost_Completed_DrainsEveryEdgeInOrder()
    {
        var host = new ChannelHost();
        var taken = new List<int>();
        Compose(
            host,
            n => n * 10,
            (n, _) =>
            {
                taken.Add(n);
                return ValueTask.CompletedTask;
            }
        );
        for (var i = 0; i < 10; i++)
            host.TryOffer("in", i).ShouldBeTrue();
        host.TryOffer("in", 10).ShouldBeFalse();

        host.Complete();
        await host.RunAsync(_guard.Token);

        taken.ShouldBe(Enumerable.Range(0, 10).Select(n => n * 10));
        host.TryOffer("in", 11).ShouldBeFalse();
    }

    [Fact]
    public async Task InlineHost_APushReturns_WhenTheBatchHasGoneAllTheWay()
    {
        var host = new InlineHost();
        var taken = new List<int>();
        Compose(
            host,
            n => n + 1,
            async (n, _) =>
            {
                await Task.Yield();
                taken.Add(n);
            }
        );

        for (var i = 0; i < 100; i++)
        {
            await host.Inlet<int>("in").PushAsync(i, _guard.Token);
            taken.Count.ShouldBe(i + 1);
        }

        taken.ShouldBe(Enumerable.Range(1, 100));
    }

    [Fact]
    public async Task InlineHost_TwoReadersOfAFlow_InTheOrderInWhichTheyWereJoined()
    {
        var host = new InlineHost();
        var taken = new List<string>();
        var source = host.Source<int>("in", "");
        foreach (var reader in new[] { "a", "b" })
            host.Sink(
                source,
                reader,
                "",
                (n, _) =>
                {
                    taken.Add(reader + n);
                    return ValueTask.CompletedTask;
                }
            );

        await source.PushAsync(1, _guard.Token);
        await source.PushAsync(2, _guard.Token);

        taken.ShouldBe(["a1", "b1", "a2", "b2"]);
    }

    public void Dispose() => _guard.Dispose();

    private static void Compose(InlineHost host, Func<int, int> stage, Func<int, CancellationToken, ValueTask> sink)
    {
        var source = host.Source<int>("in", "numbers");
        var queued = host.Queue(source, First, _ => 1);
        var mapped = host.Stage(queued, "map", () => new Map(stage));
        var ready = host.Queue(mapped, Second, _ => 1);
        host.Sink(ready, "out", "numbers", sink);
    }

    private sealed class Map(Func<int, int> map) : IStage<int, int>
    {
        public int Process(int batch) => map(batch);
    }
}
