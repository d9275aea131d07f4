using CanaryStreams.Core.Rollouts;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Engine.Tests.Supervision;

/// <summary>Buckets of which an analyzer that has lost its partition says some again.</summary>
public sealed class GatheringTests : IDisposable
{
    private readonly MemoryJournal _journal = new();

    [Fact]
    public void Bucket_WithAnOlderOneRepeatedInItsMiddle_IsJudgedWhole()
    {
        var supervisor = Baking();
        var (before, bucket) = (Bucket(1), Bucket(2));
        supervisor.Handle(before);

        supervisor.Handle([bucket[0], .. before, bucket[1]]);

        supervisor.StateOf("r1")!.Holds.ShouldBeEmpty();
        Types().ShouldNotContain("rollout.held.v1");
    }

    [Fact]
    public void Bucket_OfWhichOnlyTheRestIsRead_IsNotJudged()
    {
        Baking().Handle(Bucket(1));
        var successor = new Supervisor(_journal);
        successor.Recover(Fleet.Start.AddMinutes(2));

        successor.Handle([Bucket(2)[1]]).Appended.ShouldBe(0);

        successor.StateOf("r1")!.Holds.ShouldBeEmpty();
    }

    [Fact]
    public void Bucket_WhoseSignalsComeTwice_CountsEachOnce()
    {
        var supervisor = Baking();
        var bucket = Bucket(1, harm: true);

        supervisor.Handle([bucket[0], bucket[0], bucket[1]]);

        var rollback = RolloutStream.Events(_journal, "r1").OfType<RollbackDecided>().ShouldHaveSingleItem();
        rollback.Evidence.ShouldHaveSingleItem();
    }

    public void Dispose() => _journal.Dispose();

    private Supervisor Baking()
    {
        var supervisor = new Supervisor(_journal);
        supervisor.Recover(Fleet.Start);
        supervisor.Handle([Fleet.Request("r1", "checkout"), Fleet.Ack("r1/1")]);
        return supervisor;
    }

    private IEnumerable<string> Types() => _journal.Read("rollout/r1").Select(recorded => recorded.Type);

    private static List<SupervisorInput> Bucket(int minute, bool harm = false)
    {
        var signals = Fleet.Bucket("checkout", minute, harm).Cast<SignalInput>().Select(input => input.Signal).ToList();
        signals[^1] = signals[^1] with { BucketSignals = signals.Count };
        return [.. signals.Select(signal => new SignalInput(signal))];
    }
}
