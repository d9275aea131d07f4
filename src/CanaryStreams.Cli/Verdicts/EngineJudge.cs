using CanaryStreams.Cli.Replay;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Replay;

namespace CanaryStreams.Cli.Verdicts;

/// <summary>What <c>canarystreams replay</c> decides on a recorded file.</summary>
internal static class EngineJudge
{
    /// <param name="folder">For the configuration and the commands.</param>
    /// <param name="fleet">Whether it may learn from other rollouts.</param>
    /// <returns>When each rollout was rolled back, Unix milliseconds; those that weren't are left out.</returns>
    public static async Task<IReadOnlyDictionary<string, long>> RollBacksAsync(
        string folder,
        string input,
        bool fleet,
        CancellationToken stop
    )
    {
        var name = Path.Combine(folder, fleet ? "fleet" : "alone");
        var (config, output) = ($"{name}.yaml", $"{name}.jsonl");
        var learning = $"learning: {{ fleet: {(fleet ? "on" : "off")} }}\n";
        await File.WriteAllTextAsync(config, RolloutSimulator.PolicyYaml + learning, stop);
        var arguments = new ReplayArguments(
            [input],
            config,
            output,
            Topics.Control,
            ReplayAcks.Assumed,
            Policy: null,
            Explain: false
        );
        using var mistakes = new StringWriter();
        if (await new ReplayJob(arguments, TextWriter.Null, mistakes).RunAsync(stop) != ExitCodes.Done)
            throw new InvalidDataException(mistakes.ToString());
        return ReplayInput
            .Read([output], () => Stream.Null)
            .Select(record => ControlCodec.Decode(record.Value.Span, out _))
            .OfType<ControlCommand>()
            .Where(command => command.Command == CommandKind.Rollback)
            .GroupBy(command => command.Rollout)
            .ToDictionary(group => group.Key, group => group.Min(command => command.Time).ToUnixTimeMilliseconds());
    }
}
