using System.CommandLine;
using System.Text;
using CanaryStreams.Cli.Hosting;
using CanaryStreams.Cli.Score;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Engine.Configuration;

namespace CanaryStreams.Cli.History;

/// <summary><c>canarystreams import</c>: what happened before there was an engine.</summary>
internal static class ImportCommand
{
    private const string HistoryDescription = """
        Check earlier deployments and turn them into outcomes that models learn from.

        FILE is CSV, JSON lines or a JSON array, plain or gzip; a record for each deployment to a cluster: time, rollout, app,
        outcome (good or bad), change and cluster as in a request, and metrics before and after. A column of CSV is named by
        its field's path: change.lines, cluster.name, metrics.error_rate.before. Whatever is wrong is told with its line, and
        then nothing is written.

        Example: canarystreams import history deployments.csv -o outcomes.jsonl
        """;

    public static Command Create() =>
        new(
            "import",
            "Take in what happened before there was an engine.\n\nExample: canarystreams import history deployments.csv"
        )
        {
            History(),
        };

    private static Command History()
    {
        var config = ConfigurationOption.Create();
        var file = new Argument<string>("FILE") { Description = "The deployments." };
        var policy = new Option<string>("--policy")
        {
            Description = "Policy whose metrics say which difference between before and after is worth a rollback.",
            DefaultValueFactory = _ => CanaryStreamsOptions.DefaultPolicy,
            HelpName = "NAME",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "File for the outcomes, a line each; standard output where left out or -.",
            HelpName = "FILE",
        };
        var command = new Command("history", HistoryDescription) { file, config, policy, output };
        command.SetAction(
            (parsed, _) =>
                TextOutput.WriteAsync(
                    parsed.GetValue(output),
                    parsed.InvocationConfiguration,
                    async writer =>
                    {
                        var error = parsed.InvocationConfiguration.Error;
                        if (!ConfigurationOption.TryLoad(parsed.GetValue(config), error, out var options))
                            return ExitCodes.BadInput;
                        var name = parsed.GetRequiredValue(policy);
                        if (options.FindPolicy(name) is { } found)
                            return await RunAsync(Deployments.Of(parsed.GetRequiredValue(file), found), writer, error);
                        await error.WriteLineAsync($"There is no policy '{name}'.");
                        return ExitCodes.BadInput;
                    }
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(Deployments history, TextWriter output, TextWriter error)
    {
        foreach (var mistake in history.Mistakes)
            await error.WriteLineAsync(mistake);
        if (history.Mistakes.Count > 0)
            return ExitCodes.BadInput;
        foreach (var outcome in history.Outcomes)
            await output.WriteLineAsync(Encoding.UTF8.GetString(ClusterOutcomeJson.Encode(outcome).Span));
        await error.WriteLineAsync(Summary(history.Outcomes));
        return ExitCodes.Done;
    }

    private static string Summary(IReadOnlyList<ClusterOutcome> outcomes)
    {
        return $"{outcomes.Count} outcomes of {Distinct(one => one.Rollout)} rollouts of {Distinct(one => one.App)} applications "
            + $"in {Distinct(one => one.Cluster.Name)} clusters, {outcomes.Count(one => one.Failed)} of them bad";

        int Distinct(Func<ClusterOutcome, string> name) => outcomes.Select(name).Distinct().Count();
    }
}
