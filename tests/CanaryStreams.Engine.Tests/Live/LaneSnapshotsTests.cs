using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Live;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Snapshots;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace CanaryStreams.Engine.Tests.Live;

/// <summary>When lanes' states are captured, and which of them are saved.</summary>
public sealed class LaneSnapshotsTests : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly EngineDiagnostics _diagnostics = new(TimeProvider.System);
    private readonly ManualTime _time = new();
    private readonly Store _store = new();
    private readonly List<Action> _held = [];

    /// <summary>Processes that are killed every half a minute would otherwise have more to read again in each life.</summary>
    [Fact]
    public void Lane_ThatHasJustBegun_IsSavedLongBeforeTheFirstIntervalIsOver()
    {
        var lane = Lane(Snapshots(), 0);
        Told(lane, 1);
        _time.Advance(Every / 12);
        Told(lane, 2);
        _store.Written.ShouldBe(1);

        _time.Advance(Every / 2);
        Told(lane, 3);
        _store.Written.ShouldBe(1, "after the first one they come as often as they should");
        _time.Advance(Every / 2);
        Told(lane, 4);
        _store.Written.ShouldBe(2);
    }

    [Fact]
    public void Lanes_DueAtOnce_AreCapturedOneAfterTheOtherAndApart()
    {
        var snapshots = Snapshots(holds: true);
        var (one, other) = (Lane(snapshots, 0), Lane(snapshots, 1));
        _time.Advance(Every);

        Told(one, 1);
        Told(other, 1);
        _held.Count.ShouldBe(1, "the other one waits until this one is saved");
        _held[0]();
        Told(other, 2);
        _held.Count.ShouldBe(1, "and a while longer");
        _time.Advance(Every / 12);
        Told(other, 3);
        _held.Count.ShouldBe(2);
    }

    [Fact]
    public void Lane_WhoseBatchIsRefused_IsSavedWithTheNextOneThatIsTaken()
    {
        var lane = Lane(Snapshots(), 0);
        _time.Advance(Every);
        lane.Analysis.TryOffer(Batch(1), _ => false).ShouldBeFalse();

        Told(lane, 1);

        _store.Written.ShouldBe(1);
    }

    [Fact]
    public void Lane_WhoseSaveFailsInAnUnforeseenWay_LetsTheNextOneHaveItsTurn()
    {
        var snapshots = Snapshots(holds: true);
        var (one, other) = (Lane(snapshots, 0), Lane(snapshots, 1));
        _time.Advance(Every);
        Told(one, 1);
        _store.Unforeseen = true;
        Should.Throw<OperationCanceledException>(_held[0]);
        _store.Unforeseen = false;

        _time.Advance(Every);
        Told(other, 1);

        _held.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Lane_ThatEndsBeforeItsStateIsSaved_LetsTheNextOneHaveItsTurn()
    {
        var snapshots = Snapshots();
        var (one, other) = (snapshots.Turns.Join(), snapshots.Turns.Join());
        _time.Advance(Every);
        one.TryTake(_time).ShouldBeTrue();
        one.TryTake(_time).ShouldBeFalse("it has it already");
        var waiting = other.TakeAsync(CancellationToken.None);
        waiting.IsCompleted.ShouldBeFalse();

        one.Leave();

        await waiting.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, CancellationToken.None);
        one.TryTake(_time).ShouldBeFalse("it has left");
    }

    [Fact]
    public void Lane_ThatDidNotChange_IsNotWrittenAgain()
    {
        var lane = Lane(Snapshots(), 0);
        for (var minute = 0; minute < 6; minute++)
        {
            _time.Advance(Every);
            Told(lane, position: 1);
        }
        _store.Written.ShouldBe(2, "the second is the first that nothing came before");

        _time.Advance(Every);
        Told(lane, position: 2);
        _store.Written.ShouldBe(3);
    }

    [Fact]
    public void Load_StoreAwayForAMoment_IsWaitedFor()
    {
        Save(Snapshots(), partition: 3);
        var waited = new List<TimeSpan>();
        _store.FailsFor = 2;

        var loaded = Snapshots(delay =>
            {
                waited.Add(delay);
                return true;
            })
            .Load(3);

        loaded.ShouldNotBeNull().PublishedEnd.ShouldBe(7);
        waited.Count.ShouldBe(2);
    }

    [Fact]
    public void Load_StoreAwayAndNobodyMayWait_GivesNone()
    {
        Save(Snapshots(), partition: 3);
        _store.FailsFor = 1;

        Snapshots(_ => false).Load(3).ShouldBeNull();
    }

    public void Dispose() => _diagnostics.Dispose();

    private static void Save(LaneSnapshots snapshots, int partition) =>
        snapshots
            .Save(partition, new LaneSnapshot(new Dictionary<string, long>(), 7, new PublishedSignals(), default))
            .ShouldBeTrue();

    private LaneSnapshots Snapshots(Func<TimeSpan, bool>? mayWait = null, bool holds = false) =>
        new(_store, "tests", Every, NullLogger.Instance)
        {
            MayWait = mayWait ?? (_ => false),
            Runs = work =>
            {
                if (holds)
                    _held.Add(work);
                else
                    work();
                return Task.CompletedTask;
            },
        };

    private (PartitionAnalysis Analysis, InlineHost Host) Lane(LaneSnapshots snapshots, int partition)
    {
        var factory = new LaneFactory(
            StreamSettings.Default,
            new Dictionary<string, Policy>(),
            DetectorModels.Default,
            NoFleet.Instance
        );
        var start = new AnalyzerStart(
            partition,
            factory.NewState(),
            null,
            new LaneProgress(new Dictionary<TopicPartition, long>())
        );
        var diagnostics = new LaneDiagnostics(_diagnostics, "analyzer", partition, NullLogger.Instance);
        var analysis = new PartitionAnalysis(start, new Nowhere(), (_, _, _) => 0, snapshots, _time, diagnostics);
        var host = new InlineHost();
        analysis.Compose(host, factory);
        return (analysis, host);
    }

    private void Told((PartitionAnalysis Analysis, InlineHost Host) lane, long position)
    {
        lane.Analysis.TryOffer(Batch(position), Offer).ShouldBeTrue();

        bool Offer(Core.Lanes.LaneInput input)
        {
            var pushed = lane.Host.Inlet<Core.Lanes.LaneInput>(CanaryGraph.Inputs).PushAsync(input, default);
            return pushed.IsCompletedSuccessfully;
        }
    }

    private Delivery Batch(long position) =>
        new(
            [],
            _time.GetUtcNow().ToUnixTimeMilliseconds(),
            IsCaughtUp: true,
            new Dictionary<string, long> { [Topics.Telemetry] = position }
        );

    private sealed class Store : ISnapshotStore
    {
        private readonly Dictionary<string, byte[]> _values = [];

        public int Written { get; private set; }

        public int FailsFor { get; set; }

        public bool Unforeseen { get; set; }

        public byte[]? Read(string key) =>
            FailsFor-- > 0 ? throw new JournalUnavailableException("away") : _values.GetValueOrDefault(key);

        public void Write(string key, ReadOnlySpan<byte> bytes)
        {
            if (Unforeseen)
                throw new OperationCanceledException();
            _values[key] = bytes.ToArray();
            Written++;
        }

        public void Delete(string key) => _values.Remove(key);
    }

    private sealed class Nowhere : IRecordSender
    {
        public Task<IReadOnlyCollection<PartitionOffset>> SendAsync(
            IReadOnlyList<OutputRecord> records,
            CancellationToken cancellation = default
        ) => Task.FromResult<IReadOnlyCollection<PartitionOffset>>([]);
    }
}
