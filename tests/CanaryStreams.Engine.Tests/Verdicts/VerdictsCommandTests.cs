using CanaryStreams.Cli.Simulate;
using CanaryStreams.Cli.Verdicts;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Tests.CommandLine;

namespace CanaryStreams.Engine.Tests.Verdicts;

public sealed class VerdictsCommandTests : ConsoleTest
{
    [Fact]
    public async Task Verdicts_OfOneOfEachFamily_WritesATableForEachCondition()
    {
        (await RunAsync("evaluate", "verdicts", "--seeds", "3", "--rollouts", "18")).ShouldBe(0, Error.ToString());

        var lines = Output.ToString().Split('\n', StringSplitOptions.TrimEntries);
        lines
            .Where(line => line.StartsWith("### ", StringComparison.Ordinal))
            .ShouldBe(VerdictCondition.All.Select(condition => $"### {condition.Title}"));
        foreach (var family in RolloutFamilies.All.Concat(RolloutFamilies.Hard))
            lines.ShouldContain(line => line.StartsWith($"| {family.Name()}", StringComparison.Ordinal));
        var tables = lines.Where(line => line.StartsWith('|')).ToList();
        tables.ShouldAllBe(line => line.Count(c => c == '|') == 3 + VerdictJudges.Names.Count);
        // A leak of 1.5 % a minute is beyond doubt for everybody within the hour.
        tables
            .Single(line => line.StartsWith("| faulty-memory-leak, ", StringComparison.Ordinal))
            .ShouldContain("| 100.0 %");
    }

    [Theory]
    [InlineData("--seeds", "1,x")]
    [InlineData("--seeds", "4,4")]
    [InlineData("--rollouts", "3")]
    public async Task Verdicts_OfNonsense_IsBadUsage(string option, string value)
    {
        (await RunAsync("evaluate", "verdicts", option, value)).ShouldBe(2);
        Error.ToString().ShouldContain(option);
    }

    [Fact]
    public async Task Simulate_TwiceWithEarlierRolloutsAndNoise_WritesTheSameBytes()
    {
        var (first, second, truth) = (Folder.File("a.jsonl"), Folder.File("b.jsonl"), Folder.File("truth.csv"));
        string[] arguments = ["simulate", "--seed", "9", "--rollouts", "2", "--earlier", "3", "--noise", "0.85,1.5"];

        (await RunAsync([.. arguments, "-o", first, "--truth", truth])).ShouldBe(0, Error.ToString());
        (await RunAsync([.. arguments, "-o", second])).ShouldBe(0, Error.ToString());

        var (a, b) = (await File.ReadAllBytesAsync(first), await File.ReadAllBytesAsync(second));
        a.AsSpan().SequenceEqual(b).ShouldBeTrue();
        File.ReadLines(first).Count(line => line.Contains("outcome.reported", StringComparison.Ordinal)).ShouldBe(3);
        File.ReadLines(truth).Count().ShouldBe(3);
    }

    [Theory]
    [InlineData("--noise", "1.5,1", "'1.5,1'")]
    [InlineData("--earlier", "-1", "--earlier")]
    [InlineData("--families", "sick", "'sick'")]
    public async Task Simulate_OfNonsense_IsBadUsage(string option, string value, string named)
    {
        (await RunAsync("simulate", option, value, "-o", Folder.File("none.jsonl"))).ShouldBe(2);
        Error.ToString().ShouldContain(named);
        File.Exists(Folder.File("none.jsonl")).ShouldBeFalse();
    }

    [Fact]
    public async Task RecordedRollouts_OfASimulatedFile_AreThoseAskedForAndBeginWithTheirCanary()
    {
        var fleet = SimulatedFleet.Draw(2, 2, 2, RolloutFamilies.Parse("healthy-quiet,healthy-missing-telemetry"));
        var path = Folder.File("rollouts.jsonl.gz");
        await SimulationFile.WriteAsync(fleet.Play(), path, CancellationToken.None);

        var recorded = RecordedRollouts.Read(path, fleet.Rollouts.Select(one => one.Rollout).ToHashSet());

        recorded.Keys.Order().ShouldBe(fleet.Rollouts.Select(one => one.Rollout));
        var (quiet, holed) = (recorded[fleet.Rollouts[0].Rollout], recorded[fleet.Rollouts[1].Rollout]);
        var starts = fleet
            .Truth()
            .Skip(1)
            .Select(row => DateTimeOffset.Parse(row.Split(',')[4]).ToUnixTimeMilliseconds());
        starts.ShouldBe([quiet.StartMs, holed.StartMs]);
        quiet.Find(RecordedRollout.Synthetic, Track.Canary).ShouldNotBeNull();
        var cpu = holed.Find("cpu_pct", Track.Canary).ShouldNotBeNull();
        cpu.Values(-60, 0).ShouldBeEmpty();
        var missing = Enumerable.Range(0, 60).Where(minute => cpu.Value(minute) is null).ToList();
        missing.Count.ShouldBeInRange(4, 15);
        missing[0]
            .ShouldBeInRange((int)fleet.Rollouts[1].MissingFromMinute, (int)fleet.Rollouts[1].MissingFromMinute + 1);
        holed.Find("cpu_pct", Track.Stable).ShouldNotBeNull().Values(-60, 60).Length.ShouldBe(120);
    }
}
