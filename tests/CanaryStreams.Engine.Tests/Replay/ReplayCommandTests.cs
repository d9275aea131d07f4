using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CanaryStreams.Engine.Tests.Journal;

namespace CanaryStreams.Engine.Tests.Replay;

/// <summary>The verbs <c>simulate</c> and <c>replay</c> as a user calls them.</summary>
public sealed class ReplayCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _error = new();

    [Fact]
    public async Task Simulate_Twice_SameBytes()
    {
        await SimulateAsync("a.jsonl", rollouts: 3);
        await SimulateAsync("b.jsonl", rollouts: 3);
        await RunAsync("simulate", "--seed", "6", "--rollouts", "3", "-o", _folder.File("c.jsonl"));

        Bytes("a.jsonl").ShouldBe(Bytes("b.jsonl"));
        Bytes("a.jsonl.truth").ShouldBe(Bytes("b.jsonl.truth"));
        Bytes("c.jsonl").ShouldNotBe(Bytes("a.jsonl"));
        Lines("a.jsonl.truth").Length.ShouldBe(4);
    }

    [Fact]
    public async Task Replay_TwiceAndInTwoFiles_SameBytes()
    {
        await SimulateAsync("sim.jsonl", rollouts: 12);
        var lines = Lines("sim.jsonl");
        File.WriteAllLines(_folder.File("first.jsonl"), lines[..(lines.Length / 3)]);
        using (var gzip = new GZipStream(File.Create(_folder.File("second.jsonl.gz")), CompressionLevel.Fastest))
        using (var writer = new StreamWriter(gzip) { NewLine = "\r\n" })
            foreach (var line in lines[(lines.Length / 3)..])
                writer.WriteLine(line);

        (await ReplayAsync("one.out", "sim.jsonl")).ShouldBe(0);
        (await ReplayAsync("two.out", "sim.jsonl")).ShouldBe(0);
        (await ReplayAsync("three.out", "first.jsonl", "second.jsonl.gz")).ShouldBe(0);

        Bytes("two.out").ShouldBe(Bytes("one.out"));
        Bytes("three.out").ShouldBe(Bytes("one.out"));
        Ends("one.out").ShouldBe(Truth("sim.jsonl.truth"), ignoreOrder: true);
    }

    [Fact]
    public async Task Replay_OnlySomeTopics_TheSameRecordsOfThem()
    {
        await SimulateAsync("sim.jsonl", rollouts: 2);
        await ReplayAsync("all.out", "sim.jsonl");

        await RunAsync(
            "replay",
            _folder.File("sim.jsonl"),
            "--config",
            _folder.File("sim.jsonl.policy"),
            "--only",
            "canary.control, canary.events",
            "-o",
            _folder.File("some.out")
        );

        Lines("some.out")
            .ShouldBe(
                Lines("all.out")
                    .Where(line =>
                        line.StartsWith("{\"topic\":\"canary.control\"", StringComparison.Ordinal)
                        || line.StartsWith("{\"topic\":\"canary.events\"", StringComparison.Ordinal)
                    )
            );
        _error.ToString().ShouldContain("of canary.signals");
    }

    [Theory]
    [InlineData("replay nowhere.jsonl", "nowhere.jsonl: there is no such file")]
    [InlineData("replay {input} --only canary.comands", "--only names 'canary.comands'")]
    [InlineData("replay {input} --config nowhere.yaml", "nowhere.yaml")]
    [InlineData("replay {input} -o nowhere/out.jsonl", "nowhere")]
    [InlineData("simulate --families nobody", "'nobody' is no family of rollouts")]
    [InlineData("simulate --rollouts 1 -o nowhere/out.jsonl", "nowhere")]
    public async Task BadInput_OneLineThatSaysWhatAndExitCodeTwo(string line, string message)
    {
        File.WriteAllText(_folder.File("input.jsonl"), "");
        var args = line.Replace("{input}", _folder.File("input.jsonl")).Split(' ');

        (await RunAsync(args)).ShouldBe(2);

        _error.ToString().Trim().Split('\n').ShouldHaveSingleItem().ShouldContain(message);
    }

    [Fact]
    public async Task Replay_ABrokenArchive_ExitCodeTwo()
    {
        File.WriteAllText(_folder.File("input.jsonl.gz"), "this is no archive");

        (await RunAsync("replay", _folder.File("input.jsonl.gz"), "-o", _folder.File("out"))).ShouldBe(2);

        _error.ToString().Trim().Split('\n').Length.ShouldBe(1);
    }

    public void Dispose()
    {
        _error.Dispose();
        _folder.Dispose();
    }

    private Task<int> RunAsync(params string[] args) => Cli.CommandLine.RunAsync(args, TextWriter.Null, _error);

    private async Task SimulateAsync(string name, int rollouts) =>
        (
            await RunAsync(
                "simulate",
                "--seed",
                "5",
                "--families",
                "faulty-tail-latency,healthy-busy",
                "--rollouts",
                $"{rollouts}",
                "-o",
                _folder.File(name),
                "--truth",
                _folder.File(name + ".truth"),
                "--policy",
                _folder.File(name + ".policy")
            )
        ).ShouldBe(0);

    private Task<int> ReplayAsync(string output, params string[] inputs) =>
        RunAsync([
            "replay",
            "--config",
            _folder.File("sim.jsonl.policy"),
            .. inputs.Select(_folder.File),
            "-o",
            _folder.File(output),
        ]);

    private byte[] Bytes(string name) => File.ReadAllBytes(_folder.File(name));

    private string[] Lines(string name) => File.ReadAllLines(_folder.File(name), Encoding.UTF8);

    /// <summary>Each rollout with whether it was rolled back, by its last command.</summary>
    private IEnumerable<(string Rollout, bool IsBad)> Ends(string name) =>
        Lines(name)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("topic").GetString() == "canary.control")
            .Select(line => line.GetProperty("value"))
            .GroupBy(command => command.GetProperty("rollout").GetString()!)
            .Select(group => (group.Key, group.Last().GetProperty("command").GetString() == "rollback"));

    private IEnumerable<(string Rollout, bool IsBad)> Truth(string name) =>
        Lines(name).Skip(1).Select(line => line.Split(',')).Select(cells => (cells[0], cells[3] == "true"));
}
