using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Live;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Tests.Live;

public sealed class BrokerSilenceTests
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);
    private static readonly BrokerError AllDown = new("Local_AllBrokersDown", "1/1 brokers are down");
    private static readonly BrokerError OneDown = new("Local_Transport", "connection refused");

    private readonly ManualTime _time = new();
    private readonly MergedTopics _topics;
    private readonly BrokerSilence _silence;

    public BrokerSilenceTests()
    {
        // One record of "a" is here, one of "b" is awaited.
        _topics = new MergedTopics(["a", "b"], _ => (0, 1), _time);
        _topics.Add(RawBatch.Of([new RawRecord("a", 0, 0, 20, default, default, null)]));
        _silence = new BrokerSilence(_time);
    }

    [Fact]
    public void Step_AllBrokersAwayForLong_WaitsUntilARecordHasComeAndAsLongAsForTrouble()
    {
        _silence.Note(AllDown);

        TurnsUntilTaken(turnsMax: 600, each: SaidAgain).ShouldBe(600, "still away");
        _silence.Heard();

        TurnsUntilTaken(turnsMax: 600).ShouldBeInRange(4, 66);
    }

    [Fact]
    public void Step_WhatWasFetchedBeforeComesWithTheWordThatAllAreAway_AreAway()
    {
        _silence.Note(AllDown);
        _silence.Heard();

        TurnsUntilTaken(turnsMax: 600, each: SaidAgain).ShouldBe(600);
    }

    [Fact]
    public void Step_AllWereAwayAndNothingIsSaidOfItAnyMore_GoesOnThoughNoRecordComes()
    {
        _silence.Note(AllDown);

        TurnsUntilTaken(turnsMax: 600).ShouldBeInRange(60, 72);
    }

    [Fact]
    public void Step_OneBrokerOfSomeAwayForGood_GoesOnWithoutIt()
    {
        TurnsUntilTaken(turnsMax: 600, each: SaidAgain).ShouldBeInRange(60, 66);
    }

    [Fact]
    public void Step_NothingWrong_WaitsAsLongAsPatienceLasts()
    {
        TurnsUntilTaken(turnsMax: 600).ShouldBeInRange(4, 6);
    }

    /// <summary>The client says the same again after half a minute at the earliest.</summary>
    private void SaidAgain(int turn)
    {
        if (turn % 40 == 0)
            _silence.Note(OneDown);
    }

    private int TurnsUntilTaken(int turnsMax, Action<int>? each = null)
    {
        for (var turn = 0; turn < turnsMax; turn++)
        {
            each?.Invoke(turn);
            _silence.Step([_topics]);
            if (_topics.Take(1, _ => 1).Records.Count > 0)
                return turn;
            _time.Advance(Turn);
        }
        return turnsMax;
    }
}
