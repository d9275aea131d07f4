using System.Text;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Simulation;

public class SimulatedFleetTests
{
    private readonly UpdateDecoder _decoder = new(new Dictionary<string, Policy> { ["default"] = new() });

    private static SimulatedFleet Draw(int earlier, ulong seed = 4) =>
        SimulatedFleet.Draw(seed, earlier, 4, RolloutFamilies.Parse("healthy-busy,faulty-cpu"));

    private List<(SimulatedRecord Record, RolloutUpdate Update)> Updates(IEnumerable<SimulatedRecord> records) =>
        [
            .. records
                .Where(record => record.Topic == Topics.Updates)
                .Select(record =>
                {
                    var update = _decoder.Decode(record.Value.Span, out var error);
                    error.ShouldBeNull();
                    return (record, update.ShouldNotBeNull());
                }),
        ];

    [Fact]
    public void Play_WithEarlierRollouts_EndsEachWithItsOutcomeBeforeTheOthersBegin()
    {
        var fleet = Draw(RolloutFamilies.All.Count);
        var updates = Updates(fleet.Play());

        var outcomes = updates.Where(update => update.Update.Command is ReportOutcome).ToList();
        outcomes.Select(one => one.Update.Rollout).Order().ShouldBe(fleet.Earlier.Select(one => one.Rollout));
        foreach (var (record, update) in outcomes)
        {
            var rollout = fleet.Earlier.Single(one => one.Rollout == update.Rollout);
            var said = (ReportOutcome)update.Command;
            said.Outcome.ShouldBe(rollout.Family.IsFaulty() ? Verdict.Bad : Verdict.Good);
            said.Source.ShouldBe("operator");
            var requested = updates.Single(one => one.Update.Rollout == update.Rollout && one != (record, update));
            (record.TimeMs - requested.Record.TimeMs).ShouldBe(SimulatedRollout.CanaryMinutes * 60_000L);
        }
        var lastOutcomeMs = outcomes.Max(one => one.Record.TimeMs);
        fleet
            .Play()
            .Where(record => Text(record).Contains("\"app\":\"app-", StringComparison.Ordinal))
            .ShouldAllBe(record => record.TimeMs > lastOutcomeMs);
    }

    [Fact]
    public void Play_WithEarlierRollouts_IsInTimeOrderAndTheSameForASeed()
    {
        var records = Draw(18).Play().Select(record => (record.TimeMs, record.Line)).ToList();
        records.Zip(records.Skip(1)).ShouldAllBe(pair => pair.First.TimeMs <= pair.Second.TimeMs);
        records.SequenceEqual(Draw(18).Play().Select(record => (record.TimeMs, record.Line))).ShouldBeTrue();
        records.Take(20).ShouldNotBe(Draw(18, seed: 5).Play().Take(20).Select(record => (record.TimeMs, record.Line)));
    }

    [Fact]
    public void Play_WithEarlierRollouts_LeavesTheOthersAsTheyAreButLater()
    {
        var (with, without) = (Draw(3), Draw(0));
        with.Rollouts.Select(one => (one.Rollout, one.Seed))
            .ShouldBe(without.Rollouts.Select(one => (one.Rollout, one.Seed)));
        with.Earlier.Select(one => one.Seed).Intersect(with.Rollouts.Select(one => one.Seed)).ShouldBeEmpty();
        Updates(without.Play()).ShouldAllBe(update => update.Update.Command is RequestRollout);
    }

    [Fact]
    public void Truth_WithEarlierRollouts_ListsOnlyThoseToBeJudgedAtTheirTime()
    {
        var fleet = Draw(5);
        var rows = fleet.Truth().Skip(1).Select(row => row.Split(',')).ToList();
        rows.Select(row => row[0]).ShouldBe(fleet.Rollouts.Select(one => one.Rollout));
        foreach (
            var (record, update) in Updates(fleet.Play())
                .Where(one => one.Update.Rollout.StartsWith("app-", StringComparison.Ordinal))
        )
            DateTimeOffset
                .Parse(rows.Single(row => row[0] == update.Rollout)[4])
                .ToUnixTimeMilliseconds()
                .ShouldBe(record.TimeMs - SimulatedRollout.SampleMs + 1);
    }

    private static string Text(SimulatedRecord record) => Encoding.UTF8.GetString(record.Value.Span);
}
