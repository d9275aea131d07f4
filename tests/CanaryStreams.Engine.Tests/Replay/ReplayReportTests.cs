using CanaryStreams.Engine.Tests.Journal;

namespace CanaryStreams.Engine.Tests.Replay;

/// <summary>What <c>replay</c> tells a person beside the records: <c>--explain</c> and <c>--policy</c>.</summary>
public sealed class ReplayReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    [Fact]
    public async Task Explain_WithAFileForTheRecords_EveryRolloutOnStandardOutput()
    {
        await SimulateAsync();

        await ReplayAsync("one.out", "--explain");
        var first = _output.ToString();
        _output.GetStringBuilder().Clear();
        await ReplayAsync("two.out", "--explain");

        _output.ToString().ShouldBe(first);
        Bytes("two.out").ShouldBe(Bytes("one.out"));
        first.ShouldContain("latency_p99_ms in eu-1: ● canary");
        first.ShouldContain("  ruled out     a shared incident");
        first.ShouldContain("promoted, requested");
        first.ShouldContain("How near each metric came to a rollback");
        Rollouts(first).ShouldBe(4);
    }

    [Fact]
    public async Task Policy_AnotherFile_ComparesEveryDecisionAndLeavesTheRecordsAlone()
    {
        await SimulateAsync();
        await ReplayAsync("alone.out");
        File.WriteAllText(
            _folder.File("other.yaml"),
            File.ReadAllText(_folder.File("policy.yaml")).Replace("minEffect: 15%", "minEffect: 900%")
        );

        await ReplayAsync("compared.out", "--policy", _folder.File("other.yaml"));

        Bytes("compared.out").ShouldBe(Bytes("alone.out"));
        var lines = Lines(_output.ToString());
        lines[0].ShouldContain("policy.yaml (A)");
        lines[0].ShouldContain("other.yaml (B)");
        var otherwise = lines.Where(line => line.StartsWith('≠')).ToList();
        otherwise.Count.ShouldBe(2);
        otherwise.ShouldAllBe(line => line.Contains("latency_p99_ms in eu-1") && line.Contains("promoted after"));
        lines.Count(line => line.StartsWith('=')).ShouldBe(2);
        lines[^1].ShouldBe("2 of 4 come out otherwise; rolled back by A alone 2, by B alone 0");
        _error.ToString().ShouldContain("other.yaml: ");
    }

    [Fact]
    public async Task PolicyAndExplain_WhatComesOutOtherwiseIsExplainedUnderBoth()
    {
        await SimulateAsync();
        File.WriteAllText(_folder.File("other.yaml"), "policies: { other: { bake: 1h } }");

        await ReplayAsync("out", "--policy", _folder.File("other.yaml"), "--explain");

        var parts = _output.ToString().Split("other.yaml, what is decided otherwise");
        parts.Length.ShouldBe(2);
        parts[0].ShouldContain("policy.yaml");
        Rollouts(parts[0]).ShouldBe(4);
        Rollouts(parts[1]).ShouldBe(2);
        parts[1].ShouldNotContain("rolled back, requested");
    }

    [Fact]
    public async Task Policy_RecordedAcknowledgements_AreNoAnswersToItsCommands()
    {
        await SimulateAsync();
        File.AppendAllText(
            _folder.File("in.jsonl"),
            """{"topic":"canary.acks","value":{"time":"2026-01-05T11:00:00Z","id":"r/1","rollout":"r","app":"a","cluster":"c","status":"applied"}}"""
        );

        await ReplayAsync("out", "--policy", _folder.File("policy.yaml"));

        var lines = Lines(_output.ToString());
        lines.Count(line => line.Contains("the agent of eu-1 doesn't answer")).ShouldBe(2);
        lines.Single(line => line.StartsWith('≠')).ShouldContain(" promoted after ");
    }

    [Fact]
    public async Task Policy_ThatTheOtherFileDoesntHave_TheRolloutNeverBeganThere()
    {
        const string Request =
            """{"time":"2026-11-22T10:00:00Z","type":"rollout.requested","rollout":"r1","app":"shop","version":"2","policy":"careful","clusters":[{"name":"eu"}]}""";
        File.WriteAllText(_folder.File("in.jsonl"), $$"""{"topic":"canary.updates","value":{{Request}}}""");
        File.WriteAllText(_folder.File("policy.yaml"), "policies: { careful: { bake: 40m } }");
        File.WriteAllText(_folder.File("other.yaml"), "policies: { default: { bake: 40m } }");

        await ReplayAsync("out", "--policy", _folder.File("other.yaml"));

        Lines(_output.ToString())
            .Single(line => line.StartsWith('≠'))
            .ShouldEndWith("never began: its policy is unknown");
    }

    [Theory]
    [InlineData("replay - --policy {folder}/policy.yaml", "--policy reads the input twice")]
    [InlineData("replay {folder}/in.jsonl --policy nowhere.yaml", "nowhere.yaml")]
    public async Task Policy_ThatCantBeCompared_ExitCodeTwoAndNothingWritten(string line, string message)
    {
        File.WriteAllText(_folder.File("in.jsonl"), "");
        File.WriteAllText(_folder.File("policy.yaml"), "");
        string[] args = [.. line.Replace("{folder}", _folder.File("")).Split(' '), "-o", _folder.File("out")];

        (await Cli.CommandLine.RunAsync(args, _output, _error)).ShouldBe(2);

        _error.ToString().ShouldContain(message);
        File.Exists(_folder.File("out")).ShouldBeFalse();
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        _folder.Dispose();
    }

    private async Task SimulateAsync() =>
        (
            await Cli.CommandLine.RunAsync(
                [
                    "simulate",
                    "--seed",
                    "5",
                    "--families",
                    "faulty-tail-latency,healthy-busy",
                    "--rollouts",
                    "4",
                    "-o",
                    _folder.File("in.jsonl"),
                    "--policy",
                    _folder.File("policy.yaml"),
                ],
                TextWriter.Null,
                _error
            )
        ).ShouldBe(0);

    private async Task ReplayAsync(string output, params string[] options) =>
        (
            await Cli.CommandLine.RunAsync(
                [
                    "replay",
                    _folder.File("in.jsonl"),
                    "--config",
                    _folder.File("policy.yaml"),
                    "-o",
                    _folder.File(output),
                    .. options,
                ],
                _output,
                _error
            )
        ).ShouldBe(0);

    private static int Rollouts(string text) => Lines(text).Count(line => line.Contains(", requested "));

    private byte[] Bytes(string name) => File.ReadAllBytes(_folder.File(name));

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
