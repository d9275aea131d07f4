using CanaryStreams.Simulation.Engine;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Tests;

/// <summary>Bugs put in on purpose: a simulation that finds none of them would prove nothing.</summary>
public sealed class MutantTests
{
    [Theory]
    [InlineData(nameof(Mutant.PublishBeforeJournal), "no command is invented", 5)]
    [InlineData(nameof(Mutant.CommitBeforeJournal), "offsets follow what they caused", 5)]
    [InlineData(nameof(Mutant.CommitBeforeSignals), "offsets follow what they caused", 5)]
    [InlineData(nameof(Mutant.CommitHalfBucket), "offsets follow what they caused", 5)]
    [InlineData(nameof(Mutant.NoEpoch), "every decision is explained", 30)]
    [InlineData(nameof(Mutant.NoFence), "an ended claim writes nothing", 30)]
    [InlineData(nameof(Mutant.MarkBeforeSend), "the mark follows the broker", 5)]
    [InlineData(nameof(Mutant.BlindRetry), "an id has one meaning|every decision is explained", 30)]
    [InlineData(nameof(Mutant.SnapshotEarly), "a snapshot doesn't stand for signals that nobody got", 5)]
    [InlineData(nameof(Mutant.SnapshotAhead), "a snapshot doesn't stand for signals that nobody got", 5)]
    [InlineData(nameof(Mutant.NoRecall), "no signal comes twice", 10)]
    [InlineData(nameof(Mutant.AgentRecallsNothing), "no weight rises after a rollback", 40)]
    [InlineData(nameof(Mutant.AgentIgnoresIds), "no weight rises after a rollback", 40)]
    public void Mutant_IsFound(string mutant, string invariants, int seeds)
    {
        // Some bugs break one promise or another first, as it happens.
        var accepted = invariants.Split('|');
        var found = Enumerable
            .Range(1, seeds)
            .Select(seed => Run.Of((ulong)seed, Enum.Parse<Mutant>(mutant), hasRealLanes: false, change: Stormy))
            .FirstOrDefault(result => accepted.Contains(result.Broken));

        found.ShouldNotBeNull($"{seeds} seeds have not found {mutant} by that");
        found.History.ShouldNotBeEmpty();
    }

    /// <summary>Without the bug the same seeds are well.</summary>
    [Fact]
    public void NoMutant_InTheSameWeather_BreaksNothing() =>
        Enumerable
            .Range(1, 15)
            .Select(seed => Run.Of((ulong)seed, hasRealLanes: false, change: Stormy).What)
            .ShouldAllBe(what => what == null);

    private static void Stormy(Weather weather)
    {
        weather[FaultKind.Crash] = 0.006;
        weather[FaultKind.JournalAnswerLost] = 0.02;
        weather[FaultKind.AgentRestart] = 0.2;
    }
}
