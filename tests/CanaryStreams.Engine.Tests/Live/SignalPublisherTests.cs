using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Live;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Snapshots;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace CanaryStreams.Engine.Tests.Live;

public sealed class SignalPublisherTests : IDisposable
{
    private readonly EngineDiagnostics _diagnostics = new(TimeProvider.System);

    /// <summary>A snapshot that stayed there would let each later start read all of this life again.</summary>
    [Fact]
    public async Task PublishedEnd_WhereSomebodyElsePublishedInBetween_GoesOnWhenThatIsRead()
    {
        var log = new Log { End = 10 };
        var (saved, read) = (new List<long>(), new List<long>());
        var publisher = new SignalPublisher(log, (_, end) => saved.Add(end), ReadOn, Diagnostics())
        {
            PublishedEnd = 10,
        };

        await publisher.PublishAsync(Batch(2), CancellationToken.None);
        log.End += 3;
        await publisher.PublishAsync(Batch(1) with { Captured = null }, CancellationToken.None);
        await publisher.PublishAsync(Batch(1), CancellationToken.None);
        await publisher.PublishAsync(Batch(4), CancellationToken.None);
        log.End += 1;
        await publisher.PublishAsync(Batch(0), CancellationToken.None);
        await publisher.PublishAsync(Batch(2), CancellationToken.None);

        saved.ShouldBe([12, 17, 21, 21, 24]);
        read.ShouldBe([12, 21], "only what isn't known, and only once");

        long ReadOn(long from, CancellationToken stop)
        {
            read.Add(from);
            return log.End;
        }
    }

    [Fact]
    public async Task PublishedEnd_WhereWhatSomebodyElsePublishedCannotBeRead_StaysBeforeThatAndTriesAgain()
    {
        var log = new Log { End = 10 };
        var (saved, canRead) = (new List<long>(), false);
        var publisher = new SignalPublisher(log, (_, end) => saved.Add(end), ReadOn, Diagnostics())
        {
            PublishedEnd = 10,
        };

        log.End += 3;
        await publisher.PublishAsync(Batch(1), CancellationToken.None);
        await publisher.PublishAsync(Batch(1), CancellationToken.None);
        canRead = true;
        await publisher.PublishAsync(Batch(1), CancellationToken.None);

        saved.ShouldBe([10, 10, 16]);

        long ReadOn(long from, CancellationToken stop) => canRead ? log.End : from;
    }

    [Fact]
    public void Snapshot_TakenBeforeWhatIsPublishedWasSaidAgain_HoldsItBackInTheNextLifeToo()
    {
        var published = new PublishedSignals();
        published.Add(Signal(5, "a"));
        using var written = new LaneSnapshot(
            new Dictionary<string, long> { ["t"] = 3 },
            7,
            published,
            new byte[] { 1, 2 }
        ).ToBytes();
        var bytes = written.Span.ToArray();

        var read = LaneSnapshot.From(bytes)!;

        read.PublishedEnd.ShouldBe(7);
        read.Positions.ShouldBe(new Dictionary<string, long> { ["t"] = 3 });
        read.State.ToArray().ShouldBe([1, 2]);
        read.Published.IsNew(Signal(4, "b")).ShouldBeFalse("an older bucket");
        read.Published.IsNew(Signal(5, "a")).ShouldBeFalse();
        read.Published.IsNew(Signal(5, "b")).ShouldBeTrue();
        read.Published.IsNew(Signal(5, "a") with { Variant = "v" }).ShouldBeTrue();
        read.Published.IsNew(Signal(6, "a")).ShouldBeTrue();
    }

    [Fact]
    public void Snapshot_CutAnywhere_IsNone()
    {
        var published = new PublishedSignals();
        published.Add(Signal(5, "a"));
        using var written = new LaneSnapshot(
            new Dictionary<string, long> { ["t"] = 3 },
            7,
            published,
            new byte[] { 1, 2 }
        ).ToBytes();
        var bytes = written.Span.ToArray();

        for (var length = 0; length < bytes.Length; length++)
            LaneSnapshot.From(bytes[..length]).ShouldBeNull();
    }

    public void Dispose() => _diagnostics.Dispose();

    private LaneDiagnostics Diagnostics() => new(_diagnostics, "analyzer", 0, NullLogger.Instance);

    private static EncodedBatch Batch(int signals) =>
        new(
            [],
            [.. Enumerable.Range(0, signals).Select(_ => new OutputRecord(Topics.Signals, default, default))],
            new LaneInput([], 0, ClockCloses: false)
        )
        {
            Captured = new CapturedState(new PooledBytes(), new Dictionary<string, long>()),
        };

    private static Signal Signal(int minute, string cluster) =>
        new()
        {
            Time = DateTimeOffset.UnixEpoch.AddMinutes(minute),
            App = "shop",
            Cluster = cluster,
            Version = "1.0",
            Track = Track.Stable,
            Metric = "error_rate",
        };

    private sealed class Log : IRecordSender
    {
        public long End { get; set; }

        public Task<IReadOnlyCollection<PartitionOffset>> SendAsync(
            IReadOnlyList<OutputRecord> records,
            CancellationToken cancellation = default
        )
        {
            End += records.Count;
            return Task.FromResult<IReadOnlyCollection<PartitionOffset>>(
                records.Count == 0 ? [] : [new PartitionOffset(Topics.Signals, 0, End)]
            );
        }
    }
}
