using System.Text.Json;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using static CanaryStreams.Engine.Tests.Replay.Recording;

namespace CanaryStreams.Engine.Tests.Replay;

/// <summary>A recording that holds models and who plans from when on is planned as it was.</summary>
public sealed class ReplayModelsTests
{
    private static readonly SimulatedFleet s_fleet = new([], Rollouts(1, RolloutFamily.HealthyModest), StartMs);
    private static readonly RegisteredModel s_model = RegisteredModel.Of(ImpactTrainer.Train([], 1), StartMs);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1_000_000_000_000, false)]
    public async Task Run_AChampionInTheRecording_PlansWhatIsRequestedInItsTerm(long afterMs, bool plans)
    {
        ChampionTerm[] terms = [new(s_model.Version, StartMs + afterMs, "ann", "it is better")];

        var output = await ReplayAsync([.. Lines(terms), .. Records(s_fleet.Play())]);

        Planner(output).ShouldBe(plans ? s_model.Version : RuleOfThumb.Instance.Version);
        output.ShouldNotContain(record => record.Topic == Topics.Models || record.Topic == Topics.Rejects);
    }

    [Fact]
    public async Task Run_ARecordOfModelsThatCannotBeRead_IsRejectedWithItsLine()
    {
        var line = new RawRecord(Topics.Models, 0, 7, 0, default, """{"type":"song"}"""u8.ToArray(), null);

        var output = await ReplayAsync([line, .. Records(s_fleet.Play())]);

        output.ShouldContain(record => record.Topic == Topics.Rejects);
        Planner(output).ShouldBe(RuleOfThumb.Instance.Version);
    }

    private static IEnumerable<RawRecord> Lines(IReadOnlyList<ChampionTerm> terms) =>
        new[] { ModelRecord.Of(s_model), ModelRecord.Of(terms) }.Select(
            (record, i) => new RawRecord(Topics.Models, 0, i + 1, 0, record.Key, record.Value, null)
        );

    private static string? Planner(IEnumerable<OutputRecord> output) =>
        output
            .Where(record => record.Topic == Topics.Events)
            .Select(record => JsonDocument.Parse(record.Value).RootElement)
            .First(one => one.GetProperty("type").GetString() == "rollout.planned.v1")
            .GetProperty("data")
            .GetProperty("plan")
            .GetProperty("model")
            .GetString();
}
