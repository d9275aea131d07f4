using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Replay;
using static CanaryStreams.Engine.Tests.Replay.Recording;

namespace CanaryStreams.Engine.Tests.Replay;

public class ReplayRunTests
{
    [Fact]
    public async Task Run_ADozenRollouts_TheFaultyAreRolledBackTheHealthyPromotedAndTwiceAlike()
    {
        var rollouts = Rollouts(
            12,
            RolloutFamily.FaultyTailLatency,
            RolloutFamily.HealthyBusy,
            RolloutFamily.FaultySynthetic,
            RolloutFamily.HealthyModest
        );

        var output = await ReplayAsync(Records(rollouts));
        var again = await ReplayAsync(Records(rollouts));

        again.Select(Text).ShouldBe(output.Select(Text));
        rollouts
            .Select(rollout => (rollout.Number, EndOf(output, rollout)))
            .ShouldBe(
                rollouts.Select(rollout =>
                    (rollout.Number, rollout.Family.IsFaulty() ? CommandKind.Rollback : CommandKind.Promote)
                )
            );
    }

    [Fact]
    public async Task Run_ARolloutThatHasEnded_IgnoresWhatTelemetryComesLater()
    {
        var rollout = Rollouts(1, RolloutFamily.FaultyErrorsBusy)[0];
        var records = Records([rollout]);

        var output = await ReplayAsync(records);

        var rollback = Commands(output).Single(command => command.Command == CommandKind.Rollback);
        var last = records[^1].TimestampMs;
        (last - rollback.Time.ToUnixTimeMilliseconds()).ShouldBeGreaterThan(10 * 60_000);
        output
            .Where(record => record.Topic is Topics.Control or Topics.Events)
            .ShouldAllBe(record => TimeOf(record) <= rollback.Time);
        output.Where(record => record.Topic == Topics.Signals).ShouldContain(record => TimeOf(record) > rollback.Time);
    }

    [Fact]
    public async Task Run_RecordedAcks_AreTheOnesThatCount()
    {
        var rollout = Rollouts(1, RolloutFamily.HealthyBusy)[0];
        var records = Records([rollout]);
        var assumed = Commands(await ReplayAsync(records));
        var acks = assumed.Select((command, i) => Ack(100_000 + i, command, command.Time.AddMilliseconds(200)));
        var acked = records.Concat(acks).OrderBy(record => record.TimestampMs);

        var without = await ReplayAsync(records, assumeAcks: false);
        var with = await ReplayAsync(acked, assumeAcks: false);

        EndOf(without, rollout).ShouldBe(CommandKind.SetCanary, "nobody knows that the canary ever got traffic");
        EndOf(with, rollout).ShouldBe(CommandKind.Promote);
        Commands(with).Select(command => command.Id).ShouldBe(assumed.Select(command => command.Id));
        with.ShouldNotContain(record => record.Topic == Topics.Rejects);
    }

    [Fact]
    public async Task Run_RecordedAcks_OneForNothingIsRejected()
    {
        var rollout = Rollouts(1, RolloutFamily.HealthyBusy)[0];
        var records = Records([rollout]);
        var command = Commands(await ReplayAsync(records))[0] with { Id = rollout.Rollout + "/999" };

        var output = await ReplayAsync(records.Append(Ack(7, command, command.Time)), assumeAcks: false);

        var reject = output.Where(record => record.Topic == Topics.Rejects).ShouldHaveSingleItem();
        Reason(reject).ShouldContain("waits for no acknowledgement");
    }

    [Fact]
    public async Task Run_AssumedAcks_RecordedOnesArePassedOver()
    {
        var rollout = Rollouts(1, RolloutFamily.HealthyBusy)[0];
        var records = Records([rollout]);
        var output = await ReplayAsync(records);
        var acks = Commands(output).Select((command, i) => Ack(100_000 + i, command, command.Time));

        var again = await ReplayAsync(records.Concat(acks).OrderBy(record => record.TimestampMs));

        again.ShouldNotContain(record => record.Topic == Topics.Rejects);
        EndOf(again, rollout).ShouldBe(EndOf(output, rollout));
    }

    [Fact]
    public async Task Run_TheLastRecords_TheirBucketCloses()
    {
        var rollout = Rollouts(1, RolloutFamily.HealthyBusy)[0];
        var records = Records([rollout]).Where(record => record.Topic != Topics.Transactions).ToList();

        var output = await ReplayAsync(records);

        var bucketEnd = records[^1].TimestampMs / 60_000 * 60_000 + 60_000;
        output
            .Where(record => record.Topic == Topics.Signals)
            .Max(TimeOf)
            .ToUnixTimeMilliseconds()
            .ShouldBeGreaterThanOrEqualTo(bucketEnd);
    }

    [Fact]
    public async Task Run_LinesNobodyCanRead_AreRejectedWithTheirNumbersAndChangeNothing()
    {
        var rollout = Rollouts(1, RolloutFamily.FaultyErrorsBusy)[0];
        var records = Records([rollout]);
        var spoilt = records.ToList();
        spoilt.Insert(500, new RawRecord(ReplayInput.Unreadable, 0, 501, 0, default, "{"u8.ToArray(), null));
        spoilt.Insert(1000, new RawRecord("canary.telemetri", 0, 1001, 0, default, "{}"u8.ToArray(), null));

        var output = await ReplayAsync(spoilt);

        output
            .Where(record => record.Topic == Topics.Rejects)
            .Select(Reason)
            .ShouldBe([
                "line 501 is not an object with a topic and a value",
                "line 1001 is for the topic 'canary.telemetri', which nobody reads",
            ]);
        output
            .Where(record => record.Topic != Topics.Rejects)
            .Select(Text)
            .ShouldBe((await ReplayAsync(records)).Select(Text));
    }

    [Fact]
    public async Task Run_NothingButRubbish_IsRejectedAndThatIsAll()
    {
        var records = Enumerable
            .Range(1, 3)
            .Select(line => new RawRecord(ReplayInput.Unreadable, 0, line, 0, default, "x"u8.ToArray(), null))
            .Append(new RawRecord(Topics.Telemetry, 0, 4, 0, default, "x"u8.ToArray(), null));

        var output = await ReplayAsync(records);

        output.Count.ShouldBe(4);
        output.ShouldAllBe(record => record.Topic == Topics.Rejects);
    }

    [Fact]
    public async Task Run_NoRecordAtAll_NoOutput() => (await ReplayAsync([])).ShouldBeEmpty();

    [Fact]
    public async Task Run_TheEnginesOwnTopicsInTheRecording_AreNotReadAgain()
    {
        var rollout = Rollouts(1, RolloutFamily.FaultyErrorsBusy)[0];
        var records = Records([rollout]).OrderBy(record => record.TimestampMs).ToList();
        var output = await ReplayAsync(records);
        var recorded = records
            .Concat(
                output.Select(o => new RawRecord(
                    o.Topic,
                    0,
                    0,
                    TimeOf(o).ToUnixTimeMilliseconds(),
                    o.Key,
                    o.Value,
                    null
                ))
            )
            .OrderBy(record => record.TimestampMs);

        (await ReplayAsync(recorded)).Select(Text).ShouldBe(output.Select(Text));
    }
}
