using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Tests.Journal;

public sealed class PatientJournalTests : JournalContract
{
    private readonly FlakyJournal _flaky = new();
    private readonly List<int> _waits = [];

    protected override IJournal Create() => new PatientJournal(_flaky, (_, attempt) => _waits.Add(attempt));

    [Fact]
    public void Append_WhileTheJournalIsAway_WaitsAndIsWrittenOnce()
    {
        _ = Mine;
        _flaky.FailNext(before: 3);

        Append("s", 0, "one").IsAppended.ShouldBeTrue();

        _waits.ShouldBe([1, 2, 3]);
        Journal.Read("s").ShouldHaveSingleItem();
    }

    [Fact]
    public void Append_WhoseAnswerGetsLost_IsFoundAndNotWrittenTwice()
    {
        _ = Mine;
        _flaky.FailNext(behind: 1);

        Append("s", 0, "one", "two").IsAppended.ShouldBeTrue();

        Journal.Read("s").Select(Text).ShouldBe(["one", "two"]);
    }

    [Fact]
    public void Append_AgainAfterAnotherWroteSomethingElse_IsAConflict()
    {
        _ = Mine;
        _flaky.FailNext(before: 1, meanwhile: () => _flaky.Inner.Append(Mine, [Of("s", 0, "other")]));

        Append("s", 0, "one").Conflicts.ShouldBe(["s"]);
    }

    [Fact]
    public void Append_WhoseWaitIsGivenUp_Throws()
    {
        using var impatient = new PatientJournal(_flaky, (away, _) => throw new OperationCanceledException("", away));
        _flaky.FailNext(before: 1);

        Should.Throw<OperationCanceledException>(() => impatient.PublishedPosition(0));
    }
}
