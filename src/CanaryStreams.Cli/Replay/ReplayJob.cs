using CanaryStreams.Cli.Hosting;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Configuration;
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
        await using var stream = arguments.TakesStandardOutput
            ? Console.OpenStandardOutput()
            : File.Create(arguments.Output!);
        await using var buffer = new BufferedStream(stream, 1 << 20);
        var signals = topics is null || topics.Contains(Topics.Signals);
        return await RunAsync(options, options, signals, new ReplayOutput(buffer, topics), "", stop);
    }

    private Task<RolloutReader> ReplayAgainAsync(
        CanaryStreamsOptions options,
        CanaryStreamsOptions other,
        CancellationToken stop
    ) =>
        RunAsync(
            options,
            other,
            false,
            new ReplayOutput(Stream.Null, new HashSet<string>()),
            $"{arguments.Policy}: ",
            stop
        );

    private async Task<RolloutReader> RunAsync(
        CanaryStreamsOptions options,
        CanaryStreamsOptions judgedBy,
        bool encodesSignals,
        ReplayOutput output,
        string label,
        CancellationToken stop
    )
    {
        var assumed =
            arguments.Acks == ReplayAcks.Assumed
            || (arguments.Acks == ReplayAcks.Auto && !ReplayInput.HoldAcks(arguments.Inputs));
        var policies = judgedBy.Policies.ToDictionary(policy => policy.Name);
        var run = new ReplayRun(
            options.Stream,
            policies,
            options.Detector.Model,
            assumed,
            encodesSignals,
            output.Write
        );
        using var progress = new ReplayProgress(errors, !Console.IsErrorRedirected);
        await run.RunAsync(progress.Watch(ReplayInput.Read(arguments.Inputs, Console.OpenStandardInput)), stop);
        progress.Summarize(output.Counts, label);
        return run.Rollouts;
    }
}
