using CanaryStreams.Cli.Hosting;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Configuration;
using CanaryStreams.Engine.Learning;
using CanaryStreams.Engine.Replay;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Cli.Replay;

/// <summary>
/// Replays recorded records, a second time where another file's policies are to be compared. The records that are written
/// are those of the configuration alone; reports for people go to <paramref name="report"/> when all is done.
/// </summary>
internal sealed class ReplayJob(ReplayArguments arguments, TextWriter report, TextWriter errors)
{
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        if (!ConfigurationOption.TryLoad(arguments.Config, errors, out var options))
            return ExitCodes.BadInput;
        CanaryStreamsOptions? other = null;
        if (arguments.Policy is { } path && !ConfigurationOption.TryLoad(path, errors, out other))
            return ExitCodes.BadInput;
        var topics = arguments
            .Only?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ToHashSet();
        if (Mistake(topics) is { } mistake)
        {
            await errors.WriteLineAsync(mistake);
            return ExitCodes.BadInput;
        }
        var ours = await ReplayAsync(options, topics, stop);
        var theirs = other is null ? null : await ReplayAgainAsync(options, other, stop);
        ReplayReport.Write(arguments, ours, theirs, report);
        return ExitCodes.Done;
    }

    private string? Mistake(HashSet<string>? topics)
    {
        var missing = arguments.Inputs.Where(input => input != "-" && !File.Exists(input)).ToList();
        if (missing.Count > 0)
            return string.Join('\n', missing.Select(input => $"{input}: there is no such file"));
        if (arguments.Policy is not null && arguments.Inputs.Contains("-"))
            return "--policy reads the input twice, which standard input can't be: give a file";
        return topics?.FirstOrDefault(topic => !Topics.All.Contains(topic)) is { } unknown
            ? $"--only names '{unknown}'; topics are {string.Join(", ", Topics.All)}"
            : null;
    }

    private async Task<RolloutReader> ReplayAsync(
        CanaryStreamsOptions options,
        HashSet<string>? topics,
        CancellationToken stop
    )
    {
        var assumed =
            arguments.Acks == ReplayAcks.Assumed
            || (arguments.Acks == ReplayAcks.Auto && !ReplayInput.HoldAcks(arguments.Inputs));
        await using var stream = arguments.TakesStandardOutput
            ? Console.OpenStandardOutput()
            : File.Create(arguments.Output!);
        await using var buffer = new BufferedStream(stream, 1 << 20);
        var run = Create(options, options.Policies, assumed, new ReplayOutput(buffer, topics), topics);
        return await RunAsync(run, "", stop);
    }

    /// <summary>
    /// Under other policies the commands are others too, and what agents have answered is no answer to them: they count as
    /// applied at once, unless recorded ones are insisted on.
    /// </summary>
    private Task<RolloutReader> ReplayAgainAsync(
        CanaryStreamsOptions options,
        CanaryStreamsOptions other,
        CancellationToken stop
    )
    {
        var nothing = new HashSet<string>();
        var output = new ReplayOutput(Stream.Null, nothing);
        var assumed = arguments.Acks != ReplayAcks.Recorded;
        return RunAsync(Create(options, other.Policies, assumed, output, nothing), $"{arguments.Policy}: ", stop);
    }

    private static (ReplayRun Run, ReplayOutput Output) Create(
        CanaryStreamsOptions options,
        IReadOnlyList<Policy> policies,
        bool assumeAcks,
        ReplayOutput output,
        HashSet<string>? topics
    ) =>
        (
            new ReplayRun(
                options.Stream,
                policies.ToDictionary(policy => policy.Name),
                options.Detector.Model,
                SharedFleet.Create(options.Learning.Fleet, options.Stream),
                assumeAcks,
                encodesSignals: topics is null || topics.Contains(Topics.Signals),
                output.Write
            ),
            output
        );

    private async Task<RolloutReader> RunAsync(
        (ReplayRun Run, ReplayOutput Output) replay,
        string label,
        CancellationToken stop
    )
    {
        using var progress = new ReplayProgress(errors, !Console.IsErrorRedirected);
        await replay.Run.RunAsync(progress.Watch(ReplayInput.Read(arguments.Inputs, Console.OpenStandardInput)), stop);
        progress.Summarize(replay.Output.Counts, label);
        return replay.Run.Rollouts;
    }
}
