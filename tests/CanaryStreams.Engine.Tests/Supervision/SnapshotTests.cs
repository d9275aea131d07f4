using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Engine.Tests.Journal;

namespace CanaryStreams.Engine.Tests.Supervision;

/// <summary>A start reads a snapshot and what came behind it, and knows what all events say.</summary>
public sealed class SnapshotTests : IDisposable
{
    private const int Steps = 150;
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Load_AtEveryCut_GivesWhatAllEventsFoldTo(int seed)
    {
        using var journal = new MemoryJournal();
        var supervisor = Started(journal);
        var fromSnapshot = 0;
        foreach (var step in Story(seed))
        {
            Take(supervisor, step);
            foreach (var open in journal.ReadOpen(0))
            {
                var (state, version, snapshot) = RolloutStream.Load(open, journal);
                var all = journal.Read(open.Stream);
                Text(state).ShouldBe(Text(Evolution.Fold(RolloutState.Initial, all.Select(RolloutStream.Decode))));
                version.ShouldBe(all.Count);
                open.Events.Count.ShouldBeLessThan(RolloutSnapshot.EventsBetween);
                fromSnapshot += snapshot > 0 ? 1 : 0;
            }
        }
        fromSnapshot.ShouldBeGreaterThan(Steps / 4);
    }

    [Theory]
    [InlineData("UPDATE streams SET snapshot = NULL, snapshot_version = 0", "there is none")]
    [InlineData("UPDATE streams SET snapshot = X'00'", "it isn't what was written")]
    public void Recover_WithoutUsefulSnapshots_DecidesTheSameFromThereOn(string damage, string because)
    {
        var whole = JournalOf(seed: 4, damage: null);

        JournalOf(seed: 4, damage).ShouldBe(whole, because);

        whole.Count.ShouldBeGreaterThan(3 * RolloutSnapshot.EventsBetween);
    }

    [Fact]
    public void Load_OfAnotherBuildsSnapshot_FoldsAllEvents()
    {
        using var journal = new MemoryJournal();
        var supervisor = Started(journal);
        supervisor.Handle([Fleet.Request("r1", "shop")]);
        var state = supervisor.StateOf("r1")!;
        byte[] othersBuild = [.. Guid.Empty.ToByteArray(), .. StateCodec.Encode(RolloutState.Initial)];
        var open = journal.ReadOpen(0)[0] with
        {
            Snapshot = othersBuild,
            SnapshotVersion = 2,
            Events = [journal.Read("rollout/r1")[2]],
        };

        var loaded = RolloutStream.Load(open, journal);

        Text(loaded.State).ShouldBe(Text(state));
        (loaded.Version, loaded.SnapshotVersion).ShouldBe((3, 0));
    }

    [Fact]
    public void Load_OfAUselessSnapshotAndTooFewEvents_IsCorrupt()
    {
        using var journal = new MemoryJournal();
        Started(journal).Handle([Fleet.Request("r1", "shop")]);
        var open = journal.ReadOpen(0)[0] with
        {
            Snapshot = null,
            SnapshotVersion = 3,
            Events = [journal.Read("rollout/r1")[2]],
        };

        Should.Throw<JournalCorruptException>(() => RolloutStream.Load(open, journal)).Version.ShouldBe(4);
    }

    public void Dispose() => _folder.Dispose();

    private List<string> JournalOf(int seed, string? damage)
    {
        var file = _folder.File(damage is null ? "whole.db" : "damaged.db");
        using var journal = SqliteJournal.Open(file);
        var supervisor = Started(journal);
        foreach (var step in Story(seed))
        {
            Take(supervisor, step);
            if (step % 30 != 29)
                continue;
            if (damage is not null)
                SqliteFile.Execute(file, damage);
            supervisor = Started(journal, Fleet.Start.AddMinutes((step % Steps) + 1));
        }
        return
        [
            .. journal
                .ReadOutbox(0, 0, int.MaxValue)
                .Events.Select(e => $"{e.Stream} {e.Version} {System.Text.Encoding.UTF8.GetString(e.Payload.Span)}"),
        ];
    }

    private static Supervisor Started(IJournal journal, DateTimeOffset? now = null)
    {
        var supervisor = new Supervisor(journal);
        supervisor.Recover(now ?? Fleet.Start).Lost.ShouldBeEmpty();
        return supervisor;
    }

    private static IEnumerable<int> Story(int seed) =>
        Enumerable.Range(0, Steps).Select(i => (seed * 1000 * Steps) + i);

    /// <summary>A step of two rollouts' lives, much of it by impatient people, so that there is a lot of it.</summary>
    private static void Take(Supervisor supervisor, int step)
    {
        var (choice, minute) = (new Random(step).Next(10), (step % Steps) + 1);
        var now = Fleet.Start.AddMinutes(minute);
        if (minute == 1)
            supervisor.Handle([Fleet.Request("r1", "shop"), Fleet.Request("r2", "search")]);
        foreach (var (rollout, app) in new[] { ("r1", "shop"), ("r2", "search") })
        {
            var pending = supervisor.StateOf(rollout)?.Pending.Select(p => Fleet.Ack(p.Command.Id, now)).ToList() ?? [];
            supervisor.Handle(
                choice switch
                {
                    < 3 => [Fleet.Override(rollout, new PauseRollout(now, "ann", null)), .. pending],
                    < 6 => [Fleet.Override(rollout, new ResumeRollout(now, "bob", "it was nothing")), .. pending],
                    < 8 => [.. pending, .. Fleet.Bucket(app, minute, harm: minute > Steps - 5)],
                    _ => Fleet.SilentBucket(app, minute),
                }
            );
        }
        supervisor.AdvanceTo(now);
    }

    private static string Text(RolloutState state) => System.Text.Encoding.UTF8.GetString(StateCodec.Encode(state));
}
