using System.Text;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Engine.Tests.Pipeline;

public sealed class ReadStageTests
{
    private const long NowMs = 1_795_860_000_000;

    private readonly ReadStage _stage = new(
        new UpdateDecoder(new Dictionary<string, Policy> { ["default"] = new() }),
        TimeSpan.FromMinutes(5)
    );

    [Theory]
    [InlineData(NowMs, null)]
    [InlineData(NowMs + 299_000, null)]
    [InlineData(NowMs + 301_000, "minutes ahead of the clock")]
    [InlineData(NowMs / 1000, "before 2000; a number is epoch milliseconds")]
    public void Process_OverrideOfSomeTime_RejectedWhereItIsImplausible(long timeMs, string? reason)
    {
        var read = Read(Topics.Updates, $$"""{"time":{{timeMs}},"type":"rollout.paused","rollout":"r1"}""");

        read.Inputs.Count.ShouldBe(reason is null ? 1 : 0);
        if (reason is not null)
            read.Rejects.ShouldHaveSingleItem().Reason.ShouldContain(reason);
    }

    [Theory]
    [InlineData("rollout.requested", 399, false)]
    [InlineData("rollout.requested", 401, true)]
    [InlineData("rollout.paused", 401, false)]
    public void Process_RequestFromWhenRolloutsAreForgotten_SaysWhatItIsRefusedForWhereItIsUnknown(
        string type,
        int daysAgo,
        bool isTooOld
    )
    {
        var stage = new ReadStage(
            new UpdateDecoder(new Dictionary<string, Policy> { ["default"] = new() }),
            TimeSpan.FromMinutes(5),
            requestAgeMax: TimeSpan.FromDays(400)
        );
        var time = NowMs - (daysAgo * 86_400_000L);
        var json = $$"""
            {"time":{{time}},"type":"{{type}}","rollout":"r1","app":"a","version":"2","clusters":[{"name":"eu-1"}]}
            """;

        var read = stage.Process(
            new SupervisionInput([Record(Topics.Updates, 1, json)], [], NowMs, ClockDecides: true)
        );

        read.Rejects.ShouldBeEmpty();
        var reason = read.Inputs.ShouldHaveSingleItem().ShouldBeOfType<UpdateInput>().TooOld;
        if (isTooOld)
            reason.ShouldNotBeNull().ShouldContain("more than 400 days ago");
        else
            reason.ShouldBeNull();
    }

    [Theory]
    [InlineData(Topics.Updates, """{"time":1795860000000,"type":"rollout.paused","rollout":"r1"}""")]
    [InlineData(Topics.Acks, """{"time":1795860000000,"id":"r1/1","status":"applied"}""")]
    public void Process_StructuredCloudEvent_ItsDataIsRead(string topic, string data)
    {
        var read = Read(topic, $$"""{"specversion":"1.0","type":"x","source":"y","id":"1","data":{{data}}}""");

        read.Inputs.Count.ShouldBe(1);
        read.Rejects.ShouldBeEmpty();
    }

    [Fact]
    public void Process_SignalWithoutAnApplication_Rejected()
    {
        const string Signal = """
            {"time":"2026-11-22T10:00:00Z","app":null,"cluster":"eu-1","version":"1","track":"stable","metric":"m"}
            """;

        Read(Topics.Signals, Signal).Rejects.ShouldHaveSingleItem();
    }

    [Fact]
    public void Process_HalfABucketOfSignals_CompleteOnlyUpToTheBucketBefore()
    {
        var read = Read([
            Signal(1, rollout: "\"r1\"", last: true),
            Signal(2, rollout: "\"r1\"", last: false),
            Signal(3, rollout: "\"r1\"", last: false),
        ]);

        read.Inputs.Count.ShouldBe(3);
        read.CompleteSignals.ShouldBe(new Dictionary<int, long> { [0] = 2 });
    }

    private static RawRecord Signal(long offset, string rollout, bool last) =>
        Record(
            Topics.Signals,
            offset,
            "{\"time\":\"2026-11-22T10:00:00Z\",\"app\":\"a\",\"cluster\":\"c\",\"version\":\"1\",\"track\":\"stable\","
                + $"\"metric\":\"m\",\"quality\":\"ok\",\"rollout\":{rollout},\"last\":{(last ? "true" : "false")}}}"
        );

    private ReadBatch Read(string topic, string json) => Read([Record(topic, 1, json)]);

    private ReadBatch Read(IReadOnlyList<RawRecord> records) =>
        _stage.Process(new SupervisionInput(records, [], NowMs, ClockDecides: true));

    private static RawRecord Record(string topic, long offset, string json) =>
        new(topic, 0, offset, NowMs, default, Encoding.UTF8.GetBytes(json), null);
}
