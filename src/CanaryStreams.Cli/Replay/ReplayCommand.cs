using System.CommandLine;
using CanaryStreams.Cli.Hosting;
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
        What another policy would have decided, and why: canarystreams replay day.jsonl.gz -o out.jsonl --policy other.yaml --explain
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
        var policy = new Option<string?>("--policy")
        {
            Description =
                "Another configuration file: what its policies would have decided is compared with what was. Only its "
                + "policies count, and the records written stay those of --config.",
            HelpName = "FILE",
        };
        var explain = new Option<bool>("--explain")
        {
            Description =
                "Explain every rollout: why, what was ruled out, what it cost of the budget; with --policy also those that "
                + "come out otherwise. It goes, like the comparison, to standard output where -o takes the records, "
                + "otherwise to standard error.",
        };
        var command = new Command("replay", Description) { inputs, config, output, only, acks, policy, explain };
        command.SetAction(
            (parsed, stop) =>
            {
                var arguments = new ReplayArguments(
                    parsed.GetRequiredValue(inputs),
                    parsed.GetValue(config),
                    parsed.GetValue(output),
                    parsed.GetValue(only),
                    parsed.GetValue(acks),
                    parsed.GetValue(policy),
                    parsed.GetValue(explain)
                );
                var (standard, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
                return RunAsync(arguments, arguments.TakesStandardOutput ? error : standard, error, stop);
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(
        ReplayArguments arguments,
        TextWriter report,
        TextWriter errors,
        CancellationToken stop
    )
    {
        try
        {
            return await new ReplayJob(arguments, report, errors).RunAsync(stop);
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
}
