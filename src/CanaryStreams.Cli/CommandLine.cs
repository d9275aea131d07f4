using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Data.Common;
using CanaryStreams.Cli.Demo;
using CanaryStreams.Cli.Evaluate;
using CanaryStreams.Cli.Graph;
using CanaryStreams.Cli.History;
using CanaryStreams.Cli.Judge;
using CanaryStreams.Cli.Replay;
using CanaryStreams.Cli.Rollout;
using CanaryStreams.Cli.Run;
using CanaryStreams.Cli.Score;
using CanaryStreams.Cli.Simulate;
using CanaryStreams.Cli.Train;
using CanaryStreams.Cli.Validate;

namespace CanaryStreams.Cli;

/// <summary>The verbs of the program. The only place that knows all of them.</summary>
public static class CommandLine
{
    private const string ProgramName = "canarystreams";

    /// <summary>Ctrl-C lets a verb end cleanly for this long.</summary>
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(10);

    /// <summary>Runs a verb and turns whatever ends it into an exit code and, where it went wrong, a line that says why.</summary>
    /// <param name="output">For results; standard output where left out.</param>
    /// <param name="error">For everything else; standard error where left out.</param>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args,
        TextWriter? output = null,
        TextWriter? error = null,
        CancellationToken stop = default
    )
    {
        var parsed = Create().Parse(args);
        var invocation = new InvocationConfiguration
        {
            ProcessTerminationTimeout = EndsWithin,
            EnableDefaultExceptionHandler = false,
            Output = output ?? Console.Out,
            Error = error ?? Console.Error,
        };
        // Standard output is for results: what is wrong is said on standard error, and the usage is one question away.
        if (parsed.Action is ParseErrorAction)
            return Refuse(parsed, invocation.Error);
        try
        {
            return await parsed.InvokeAsync(invocation, stop);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DbException)
        {
            await invocation.Error.WriteLineAsync(failure.Message);
            return ExitCodes.BadInput;
        }
        catch (Exception failure)
        {
            await invocation.Error.WriteLineAsync($"This is a bug; please report it: {failure}");
            return ExitCodes.No;
        }
    }

    private static int Refuse(ParseResult parsed, TextWriter error)
    {
        foreach (var mistake in parsed.Errors)
            error.WriteLine(mistake.Message);
        var verb = string.Join(' ', Path(parsed.CommandResult).Reverse());
        error.WriteLine($"See: {verb} --help");
        return ExitCodes.BadInput;
    }

    private static IEnumerable<string> Path(SymbolResult? result)
    {
        for (; result is CommandResult command; result = result.Parent)
            yield return command.Command is RootCommand ? ProgramName : command.Command.Name;
    }

    public static RootCommand Create()
    {
        var root = new RootCommand("Stops a bad rollout before its users notice, and leaves a good one alone.")
        {
            RunCommand.Create(),
            DemoCommand.Create(),
            ReplayCommand.Create(),
            SimulateCommand.Create(),
            ScoreCommand.Create(),
            JudgeCommand.Create(),
            EvaluateCommand.Create(),
            ImportCommand.Create(),
            TrainCommand.Create(),
            ValidateCommand.Create(),
            GraphCommand.Create(),
            RolloutCommand.Create(),
        };
        RootHelp.AddTo(root);
        return root;
    }
}
