using System.CommandLine;
using CanaryStreams.Cli.Hosting;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Replay;

namespace CanaryStreams.Cli.Replay;

/// <summary><c>canarystreams replay</c>: what the engine would have decided on recorded records.</summary>
public static class ReplayCommand
{
    private const string Description = """
        Run recorded records through the engine and write what it would have put on its topics.

        Input: .jsonl or .jsonl.gz, one {"topic":…,"value":{…}} a line, in time order; - for standard input.
        Runs on the records' time alone: the same input and policies give the same bytes.

        Example: canarystreams replay --config canarystreams.yaml day.jsonl.gz --only canary.control -o decisions.jsonl
        """;

    public static Command Create()
    {
        var inputs = new Argument<string[]>("INPUT")
        {
            Description = "Recorded files, one after the other.",
            Arity = ArgumentArity.OneOrMore,
        };
        var config = ConfigurationOption.Create();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "File to write to; standard output where left out or -.",
            HelpName = "FILE",
        };
        var only = new Option<string?>("--only")
        {
            Description = "Topics to write, separated by commas; all where left out.",
            HelpName = "TOPICS",
        };
        var acks = new Option<ReplayAcks>("--acks")
        {
            Description =
                "assumed: every command is acknowledged at once; recorded: by the input alone; auto: recorded where a "
                + "file of the input holds any acknowledgement (standard input is taken to hold none).",
            DefaultValueFactory = _ => ReplayAcks.Auto,
        };
        var command = new Command("replay", Description) { inputs, config, output, only, acks };
        command.SetAction(
            (parsed, stop) =>
                RunAsync(
                    parsed.GetRequiredValue(inputs),
                    parsed.GetValue(config),
                    parsed.GetValue(output),
                    parsed.GetValue(only),
                    parsed.GetValue(acks),
                    parsed.InvocationConfiguration.Error,
                    stop
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        string[] inputs,
        string? config,
        string? output,
        string? only,
        ReplayAcks acks,
        TextWriter errors,
        CancellationToken stop
    )
    {
        if (!ConfigurationOption.TryLoad(config, errors, out var options) || !InputsExist(inputs, errors))
            return ExitCodes.BadInput;
        var topics = only
            ?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ToHashSet();
        if (topics?.FirstOrDefault(topic => !Topics.All.Contains(topic)) is { } unknown)
        {
            await errors.WriteLineAsync($"--only names '{unknown}'; topics are {string.Join(", ", Topics.All)}");
            return ExitCodes.BadInput;
        }
        try
        {
            var assumed = acks == ReplayAcks.Assumed || (acks == ReplayAcks.Auto && !ReplayInput.HoldAcks(inputs));
            await using var stream = Open(output);
            await using var buffer = new BufferedStream(stream, 1 << 20);
            var writer = new ReplayOutput(buffer, topics);
            var policies = options.Policies.ToDictionary(policy => policy.Name);
            var signals = topics is null || topics.Contains(Topics.Signals);
            var run = new ReplayRun(options.Stream, policies, options.Detector.Model, assumed, signals, writer.Write);
            using var progress = new ReplayProgress(errors, !Console.IsErrorRedirected);
            await run.RunAsync(progress.Watch(ReplayInput.Read(inputs, Console.OpenStandardInput)), stop);
            progress.Summarize(writer.Counts);
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await errors.WriteLineAsync(error.Message);
            return ExitCodes.BadInput;
        }
    }

    private static Stream Open(string? path) => path is null or "-" ? Console.OpenStandardOutput() : File.Create(path);

    private static bool InputsExist(string[] inputs, TextWriter errors)
    {
        var missing = inputs.Where(path => path != "-" && !File.Exists(path)).ToList();
        foreach (var path in missing)
            errors.WriteLine($"{path}: there is no such file");
        return missing.Count == 0;
    }
}
