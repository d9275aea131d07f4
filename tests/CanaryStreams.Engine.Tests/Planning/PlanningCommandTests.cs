using System.Text;
using System.Text.Json;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Engine.Tests.CommandLine;

namespace CanaryStreams.Engine.Tests.Planning;

public sealed class PlanningCommandTests : ConsoleTest
{
    [Fact]
    public async Task Planning_OfTwoSeeds_WritesTheSameTablesTwiceAndARowForEachRollout()
    {
        var (first, second, rows) = (Folder.File("a.md"), Folder.File("b.md"), Folder.File("rows.csv"));
        string[] arguments = ["evaluate", "planning", "--seeds", "3,4", "--rollouts", "6"];

        (await RunAsync([.. arguments, "-o", first, "--rows", rows])).ShouldBe(0, Error.ToString());
        (await RunAsync([.. arguments, "-o", second])).ShouldBe(0, Error.ToString());

        var lines = await File.ReadAllLinesAsync(first, TestContext.Current.CancellationToken);
        File.ReadAllLines(second).ShouldBe(lines);
        foreach (var label in new[] { "3", "4", "**all**" })
            lines.Count(line => line.StartsWith($"| {label} | ", StringComparison.Ordinal)).ShouldBe(3);
        lines.ShouldContain(line => line.StartsWith("| 1–6 | ", StringComparison.Ordinal));
        var table = File.ReadAllLines(rows).Select(row => row.Split(',').Length).ToList();
        table.Count.ShouldBe(1 + 3 * 2 * 6);
        table.ShouldAllBe(fields => fields == table[0]);
    }

    [Theory]
    [InlineData("--seeds", "1,x")]
    [InlineData("--rollouts", "1")]
    public async Task Planning_OfNonsense_IsBadUsage(string option, string value)
    {
        (await RunAsync("evaluate", "planning", option, value)).ShouldBe(2);
        Error.ToString().ShouldContain(option);
    }

    [Fact]
    public async Task SimulateFleet_Replayed_RollsTheBadOnesBackAndPromotesTheOthers()
    {
        var (records, truth, policy, replayed) = (
            Folder.File("fleet.jsonl.gz"),
            Folder.File("truth.csv"),
            Folder.File("policy.yaml"),
            Folder.File("replayed.jsonl")
        );

        (
            await RunAsync([
                "simulate",
                "--fleet",
                "--seed",
                "6",
                "--rollouts",
                "12",
                "-o",
                records,
                "--truth",
                truth,
                "--policy",
                policy,
            ])
        ).ShouldBe(0, Error.ToString());
        (await RunAsync("replay", records, "--config", policy, "-o", replayed)).ShouldBe(0, Error.ToString());

        var bad = File.ReadLines(truth).Skip(1).Select(row => row.Split(',')).ToLookup(row => row[0], row => row[4]);
        var ends = Commands(replayed).ToLookup(command => command.Rollout, command => command.Command);
        ends.Count.ShouldBe(12);
        bad.Count(rollout => rollout.Contains("true")).ShouldBeInRange(1, 6);
        foreach (var rollout in bad)
            ends[rollout.Key]
                .Last()
                .ShouldBe(rollout.Contains("true") ? CommandKind.Rollback : CommandKind.Promote, rollout.Key);
        File.ReadLines(replayed)
            .ShouldNotContain(line => line.StartsWith("{\"topic\":\"canary.rejects\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--earlier", "3")]
    [InlineData("--families", "hard")]
    public async Task SimulateFleet_WithWhatItDrawsItself_IsBadUsage(string option, string value)
    {
        (await RunAsync("simulate", "--fleet", option, value, "-o", Folder.File("none.jsonl"))).ShouldBe(2);
        Error.ToString().ShouldContain(option);
        File.Exists(Folder.File("none.jsonl")).ShouldBeFalse();
    }

    private static IEnumerable<ControlCommand> Commands(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            using var record = JsonDocument.Parse(line);
            if (record.RootElement.GetProperty("topic").ValueEquals("canary.control"))
                yield return ControlCodec.Decode(
                    Encoding.UTF8.GetBytes(record.RootElement.GetProperty("value").GetRawText()),
                    out _
                )!;
        }
    }
}
