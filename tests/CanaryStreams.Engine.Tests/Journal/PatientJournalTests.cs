using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Tests.Journal;

public sealed class PatientJournalTests : JournalContract, IJournalWatch
{
    private readonly FlakyJournal _flaky = new();
    private readonly List<int> _waits = [];
    private int _patience = int.MaxValue;
    private int _backs;

    protected override IJournal Create() => new PatientJournal(_flaky, this);

    [Fact]
    public void Append_WhileTheJournalIsAway_WaitsAndIsWrittenOnce()
    {
        _ = Mine;
        _flaky.FailNext(before: 3);

        Append("s", 0, "one").IsAppended.ShouldBeTrue();

        _waits.ShouldBe([1, 2, 3]);
        _backs.ShouldBe(1);
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
    public void Call_WhoseWaitIsGivenUp_Throws()
    {
        _ = Mine;
        _patience = 2;
        _flaky.FailNext(before: 5);

        Should.Throw<OperationCanceledException>(() => Journal.PublishedPosition(0));
        _waits.ShouldBe([1, 2]);
    }

    void IJournalWatch.WaitFor(JournalUnavailableException away, int attempt)
    {
        _waits.Add(attempt);
        if (attempt == _patience)
            throw new OperationCanceledException("", away);
    }

    void IJournalWatch.OnBack() => _backs++;

    void IJournalWatch.OnAppended(AppendResult result, IReadOnlyList<StreamAppend> appends, TimeSpan took) { }
}
