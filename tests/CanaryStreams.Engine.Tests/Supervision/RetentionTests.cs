using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Engine.Tests.Journal;

namespace CanaryStreams.Engine.Tests.Supervision;

/// <summary>Ended rollouts are put away and forgotten; active ones and unpublished ones never are.</summary>
public sealed class RetentionTests : IDisposable
{
    private static readonly Retention Short = new()
    {
        ArchiveAfter = TimeSpan.FromDays(7),
        ForgetAfter = TimeSpan.FromDays(30),
    };
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void TidyUp_ArchivesWhatEndedLongAgoAndIsPublished_AndForgetsItLater()
    {
        using var journal = new MemoryJournal();
        var supervisor = Started(journal);
        supervisor.Handle([.. Ended("old", Fleet.Start), Request("open", Fleet.Start)]);
        supervisor.Handle(Ended("young", Fleet.Start.AddDays(5)));
        supervisor.TidyUp(Fleet.Start.AddDays(8)).ShouldBe(new Tidied(0, 0, MoreIsDue: false), "nothing is published");
        Publish(journal);

        supervisor.TidyUp(Fleet.Start.AddDays(8)).ShouldBe(new Tidied(1, 0, MoreIsDue: false));

        var reader = new RolloutReader(journal);
        reader.List().Select(r => r.Rollout).ShouldBe(["open", "young"]);
        var archived = reader.ListArchived().ShouldHaveSingleItem();
        (archived.Rollout, archived.Outcome).ShouldBe(("old", RolloutOutcome.Cancelled));
        reader.Show("old")!.Outcome.ShouldBe(RolloutOutcome.Cancelled);
        reader.Events("old").Count.ShouldBeGreaterThan(4);
        supervisor.Handle([Request("old", Fleet.Start.AddDays(9))]).Appended.ShouldBe(0, "its id is used up");

        supervisor.TidyUp(Fleet.Start.AddDays(31)).ShouldBe(new Tidied(1, 1, MoreIsDue: false));

        reader.Show("old").ShouldBeNull();
        reader.List().Select(r => r.Rollout).ShouldBe(["open"]);
    }

    [Fact]
    public void TidyUp_OfManyAtOnce_TakesAPortionAndSaysThatMoreIsDue()
    {
        using var journal = new MemoryJournal();
        var supervisor = Started(journal);
        supervisor.Handle([.. Enumerable.Range(0, 130).SelectMany(i => Ended($"r{i}", Fleet.Start))]);
        Publish(journal);

        supervisor.TidyUp(Fleet.Start.AddDays(8)).ShouldBe(new Tidied(100, 0, MoreIsDue: true));
        supervisor.TidyUp(Fleet.Start.AddDays(8)).ShouldBe(new Tidied(30, 0, MoreIsDue: false));
        new RolloutReader(journal).ListArchived().Count.ShouldBe(130);
    }

    [Fact]
    public void TidyUp_OfARolloutEndedBySomebodyWhoseClockIsYearsBehind_CountsFromWhenItEnded()
    {
        using var journal = new MemoryJournal();
        var supervisor = Started(journal);
        supervisor.Handle([
            Request("r1", Fleet.Start),
            Fleet.Override("r1", new CancelRollout(Fleet.Start.AddYears(-9), "ann", null)),
        ]);
        supervisor.Active.ShouldBeEmpty();
        Publish(journal);

        supervisor.TidyUp(Fleet.Start.AddDays(6)).ShouldBe(new Tidied(0, 0, MoreIsDue: false));
        supervisor.TidyUp(Fleet.Start.AddDays(8)).ShouldBe(new Tidied(1, 0, MoreIsDue: false));
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(31, false)]
    public void List_WhileARolloutIsPutAwayOrForgotten_HasItOnceOrLeavesItOut(int day, bool isKept)
    {
        using var journal = new FlakyJournal();
        var supervisor = Started(journal);
        supervisor.Handle([.. Ended("old", Fleet.Start), Request("open", Fleet.Start)]);
        Publish(journal);
        journal.BehindStreams = () => supervisor.TidyUp(Fleet.Start.AddDays(day)).Archived.ShouldBe(1);

        var listed = new RolloutReader(journal).ListAll();

        listed.Select(r => r.Rollout).ShouldBe(isKept ? ["old", "open"] : ["open"]);
        listed.ShouldAllBe(r => r.RequestedAt == Fleet.Start);
    }

    [Fact]
    public void Housekeeping_TidiesUntilNothingIsDueThenOnceAnHour()
    {
        using var journal = new MemoryJournal();
        var supervisor = Started(journal);
        supervisor.Handle([.. Enumerable.Range(0, 130).SelectMany(i => Ended($"r{i}", Fleet.Start))]);
        supervisor.Handle(Ended("young", Fleet.Start.AddMinutes(30)));
        Publish(journal);
        var housekeeping = new Housekeeping(supervisor);
        var reader = new RolloutReader(journal);
        var now = Fleet.Start.AddDays(7).AddMinutes(10);

        housekeeping.TidyUp(now);
        reader.ListArchived().Count.ShouldBe(100);
        housekeeping.TidyUp(now);
        reader.ListArchived().Count.ShouldBe(130);

        housekeeping.TidyUp(now.AddMinutes(59));
        reader.List().ShouldHaveSingleItem().Rollout.ShouldBe("young", "not an hour has passed");
        housekeeping.TidyUp(now.AddMinutes(60));
        reader.List().ShouldBeEmpty();
    }

    [Fact]
    public void Label_OfAnArchivedRollout_IsJournalledAndItIsArchivedAgain()
    {
        using var journal = new MemoryJournal();
        var supervisor = Started(journal);
        supervisor.Handle(Ended("old", Fleet.Start));
        Publish(journal);
        supervisor.TidyUp(Fleet.Start.AddDays(8)).Archived.ShouldBe(1);

        var label = new ReportOutcome(Fleet.Start.AddDays(8), null, Verdict.Bad, "incident");
        supervisor.Handle([Fleet.Override("old", label)]).Appended.ShouldBe(1);
        Publish(journal);

        new RolloutReader(journal).Show("old")!.Labels.ShouldHaveSingleItem();
        supervisor.TidyUp(Fleet.Start.AddDays(16)).Archived.ShouldBe(1);
        new RolloutReader(journal).Show("old")!.Labels.ShouldHaveSingleItem();
    }

    [Fact]
    public void Journal_OfMonthsOfRollouts_StopsGrowing()
    {
        const int PerDay = 6;
        var file = _folder.File("journal.db");
        using var journal = SqliteJournal.Open(file);
        var supervisor = Started(journal);
        var pages = new List<long>();
        for (var day = 0; day < 150; day++)
        {
            var now = Fleet.Start.AddDays(day);
            supervisor.Handle([.. Enumerable.Range(0, PerDay).SelectMany(i => Ended($"d{day}-{i}", now))]);
            Publish(journal);
            supervisor.TidyUp(now.AddHours(1)).MoreIsDue.ShouldBeFalse();
            pages.Add(SqliteFile.Ask(file, "PRAGMA page_count"));
        }

        SqliteFile.Ask(file, "SELECT count(*) FROM streams").ShouldBe(PerDay * 7);
        SqliteFile.Ask(file, "SELECT count(*) FROM archive").ShouldBe(PerDay * (30 - 7));
        supervisor.Active.ShouldBeEmpty();
        // What was forgotten makes room for what is new: the file is no larger than when the first were forgotten.
        pages[^1].ShouldBeLessThanOrEqualTo(pages[40]);
        pages[40].ShouldBeGreaterThan(pages[5]);
    }

    public void Dispose() => _folder.Dispose();

    private static Supervisor Started(IJournal journal)
    {
        var supervisor = new Supervisor(journal, new SupervisorOptions { AssumeAcks = true, Retention = Short });
        supervisor.Recover(Fleet.Start);
        return supervisor;
    }

    private static SupervisorInput Request(string rollout, DateTimeOffset time) =>
        Fleet.Override(
            rollout,
            new RequestRollout(
                time,
                new RolloutRequest
                {
                    Rollout = rollout,
                    App = rollout,
                    Version = "2.0",
                    Clusters = [new ClusterProfile { Name = "eu-1" }],
                },
                new Policy()
            )
        );

    private static IReadOnlyList<SupervisorInput> Ended(string rollout, DateTimeOffset time) =>
        [Request(rollout, time), Fleet.Override(rollout, new CancelRollout(time, "ann", null))];

    private static void Publish(IJournal journal)
    {
        var outbox = new Outbox(journal, 0);
        while (outbox.Read(outbox.Published, 1000) is { Records.Count: > 0 } batch)
            outbox.MarkPublished(batch.UpTo);
    }
}
