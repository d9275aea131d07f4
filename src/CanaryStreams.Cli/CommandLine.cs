using System.CommandLine;
using CanaryStreams.Cli.Demo;
using CanaryStreams.Cli.Evaluate;
using CanaryStreams.Cli.Graph;
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
    /// <summary>Ctrl-C lets a verb end cleanly for this long.</summary>
    public static InvocationConfiguration Invocation { get; } =
        new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(10), EnableDefaultExceptionHandler = false };

    public static RootCommand Create() =>
        new("Stops a bad rollout before its users notice, and leaves a good one alone.")
        {
            RunCommand.Create(),
            DemoCommand.Create(),
            ReplayCommand.Create(),
            SimulateCommand.Create(),
            ScoreCommand.Create(),
            JudgeCommand.Create(),
            EvaluateCommand.Create(),
            TrainCommand.Create(),
            ValidateCommand.Create(),
            GraphCommand.Create(),
            RolloutCommand.Create(),
        };
}
