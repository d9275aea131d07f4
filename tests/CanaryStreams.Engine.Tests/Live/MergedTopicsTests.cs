using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Live;

namespace CanaryStreams.Engine.Tests.Live;

public sealed class MergedTopicsTests
{
    private readonly ManualTime _time = new();
    private readonly Dictionary<string, long> _ends = [];

    [Fact]
    public void Take_AllRead_InTheOrderOfTheirTimestamps()
    {
        var topics = Topics(endOfA: 3, endOfB: 2);
        topics.Add(Batch("a", 0, 10, 20, 50));
        topics.Add(Batch("b", 0, 15, 40));

        Take(topics).ShouldBe(["a0", "b0", "a1", "b1", "a2"]);
        topics.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Take_ATie_TheTopicNamedFirstGoesFirst()
    {
        var topics = Topics(endOfA: 1, endOfB: 1);
        topics.Add(Batch("b", 0, 10));
        topics.Add(Batch("a", 0, 10));

        Take(topics).ShouldBe(["a0", "b0"]);
    }

    [Fact]
    public void Take_ATopicIsBehind_IsWaitedFor()
    {
        var topics = Topics(endOfA: 2, endOfB: 1);
        topics.Add(Batch("a", 0, 10));
        Take(topics).ShouldBeEmpty();
        topics.IsCaughtUp(End).ShouldBeFalse();

        topics.Add(Batch("b", 0, 20));

        Take(topics).ShouldBe(["a0"], "the second record of a may be older than b's");
        topics.Add(Batch("a", 1, 15));
        Take(topics).ShouldBe(["a1", "b0"]);
        topics.IsCaughtUp(End).ShouldBeTrue();
    }

    [Fact]
    public void Take_ThePartitionGrowsMeanwhile_TheNewRecordsAreWaitedForToo()
    {
        var topics = Topics(endOfA: 1, endOfB: 0);
        topics.Add(Batch("a", 0, 10));
        _ends["b"] = 1;

        Take(topics).ShouldBeEmpty();
        topics.Add(Batch("b", 0, 5));

        Take(topics).ShouldBe(["b0", "a0"]);
    }

    [Fact]
    public void Take_NoMoreThanAsked_TheRestWaits()
    {
        var topics = Topics(endOfA: 3, endOfB: 0);
        topics.Add(Batch("a", 0, 10, 20, 30));

        Take(topics, 2).ShouldBe(["a0", "a1"]);
        topics.Waiting("a").ShouldBe(1);
        Take(topics, 2).ShouldBe(["a2"]);
    }

    [Fact]
    public void Take_BatchesAreFinishedWithTheirLastRecord()
    {
        var topics = Topics(endOfA: 3, endOfB: 0);
        var (first, second) = (Batch("a", 0, 10, 20), Batch("a", 2, 30));
        topics.Add(first);
        topics.Add(second);

        topics.Take(1, End).Finished.ShouldBeEmpty();
        topics.Take(9, End).Finished.ShouldBe([first, second]);
    }

    [Fact]
    public void Take_NothingComesOfATopicForTooLong_TheOthersGoOn()
    {
        var topics = Topics(endOfA: 3, endOfB: 1);
        topics.Add(Batch("a", 0, 10, 20, 30));
        Take(topics).ShouldBeEmpty();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Take(topics).ShouldBeEmpty();

        _time.Advance(TimeSpan.FromSeconds(0.2));

        Take(topics, 2).ShouldBe(["a0", "a1"]);
        Take(topics, 2).ShouldBe(["a2"], "it isn't waited for again for the same records");
        topics.IsCaughtUp(End).ShouldBeTrue();
    }

    [Fact]
    public void Take_NothingCouldComeForLong_IsWaitedForAnew()
    {
        var topics = Topics(endOfA: 1, endOfB: 1);
        topics.Add(Batch("a", 0, 20));
        Take(topics).ShouldBeEmpty();
        _time.Advance(TimeSpan.FromMinutes(1));

        topics.Interrupted();

        Take(topics).ShouldBeEmpty();
        topics.Add(Batch("b", 0, 10));
        Take(topics).ShouldBe(["b0", "a0"]);
    }

    /// <summary>What the end was before a process stood still says nothing of what has come since.</summary>
    [Fact]
    public void IsCaughtUp_NothingCouldComeForLong_OnlyWhenThereWasTimeToAsk()
    {
        var topics = Topics(endOfA: 0, endOfB: 0);
        topics.IsCaughtUp(End).ShouldBeTrue();

        topics.Interrupted();

        topics.IsCaughtUp(End).ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(5));
        topics.IsCaughtUp(End).ShouldBeTrue();
    }

    /// <summary>The end of before a lane began says nothing of what was written while its first request was under way.</summary>
    [Fact]
    public void IsCaughtUp_ATopicThatHasNotAnswered_OnlyWhenItHasOrDoesNotForLong()
    {
        var topics = Topics(endOfA: 0, endOfB: 0);
        long? OnlyOfA(string topic) => topic == "a" ? 0 : null;
        topics.IsCaughtUp(OnlyOfA).ShouldBeFalse();
        topics.IsCaughtUp(End).ShouldBeTrue("both have answered");

        _time.Advance(TimeSpan.FromSeconds(5));

        topics.IsCaughtUp(OnlyOfA).ShouldBeTrue("one that can't be asked would hold the clock for ever");
    }

    [Fact]
    public void Take_TroubleThatNeverEnds_IsWaitedForAMinuteInAll()
    {
        var topics = Topics(endOfA: 1, endOfB: 1);
        topics.Add(Batch("a", 0, 20));
        Take(topics).ShouldBeEmpty();
        for (var seconds = 0; seconds < 60; seconds += 4)
        {
            topics.Troubled();
            _time.Advance(TimeSpan.FromSeconds(4));
            Take(topics).ShouldBeEmpty($"after {seconds + 4} s");
        }

        topics.Troubled();
        _time.Advance(TimeSpan.FromSeconds(4));

        Take(topics).ShouldBe(["a0"]);
    }

    [Fact]
    public void Take_GivenUpAndThePartitionGrows_IsWaitedForAgain()
    {
        var topics = Topics(endOfA: 1, endOfB: 1);
        topics.Add(Batch("a", 0, 10));
        Take(topics).ShouldBeEmpty();
        _time.Advance(TimeSpan.FromSeconds(6));
        Take(topics).ShouldBe(["a0"]);

        (_ends["a"], _ends["b"]) = (2, 2);
        topics.Add(Batch("a", 1, 20));

        Take(topics).ShouldBeEmpty();
        topics.Add(Batch("b", 1, 15));
        Take(topics).ShouldBe(["b1", "a1"]);
    }

    [Fact]
    public void Take_ATopicThatHasRecordsForLong_IsWaitedForWhenTheyAreTaken()
    {
        var topics = Topics(endOfA: 2, endOfB: 1);
        topics.Add(Batch("a", 0, 10));
        topics.Add(Batch("b", 0, 20));
        Take(topics, 0).ShouldBeEmpty();
        _time.Advance(TimeSpan.FromSeconds(60));

        Take(topics).ShouldBe(["a0"]);
        Take(topics).ShouldBeEmpty();
    }

    private MergedTopics Topics(long endOfA, long endOfB)
    {
        (_ends["a"], _ends["b"]) = (endOfA, endOfB);
        return new MergedTopics(["a", "b"], topic => (0, _ends[topic]), _time);
    }

    private long? End(string topic) => _ends[topic];

    private IEnumerable<string> Take(MergedTopics topics, int recordsMax = 100) =>
        topics.Take(recordsMax, End).Records.Select(record => $"{record.Topic}{record.Offset}");

    private static RawBatch Batch(string topic, long offset, params long[] times) =>
        RawBatch.Of([.. times.Select(time => new RawRecord(topic, 0, offset++, time, default, default, null))]);
}
