using System.CommandLine;
using CanaryStreams.Cli.Planning;
using CanaryStreams.Cli.Score;
using CanaryStreams.Cli.Verdicts;

namespace CanaryStreams.Cli.Evaluate;

/// <summary><c>canarystreams evaluate</c>: how well scores found what people labelled.</summary>
public static class EvaluateCommand
{
    private const string Description = """
        Compare scores with labels: point-adjusted and event F1 (an event being found by an alert within its first
        points), the NAB score with runs of labels as its windows, and the mean average precision and VUS-PR of the
        series that have both labels. Thresholds are chosen on every second series and reported on the others, and on
        all, or chosen on other series altogether.

        Example: canarystreams evaluate --labels kpi.csv.gz scores.csv --delay 7
                 canarystreams evaluate --labels b.csv b-scores.csv --choose-on a.csv --choose-scores a-scores.csv
                 canarystreams evaluate --suite folder -o table.md
        """;

    public static Command Create()
    {
        var options = new EvaluateOptions();
        var command = new Command("evaluate", Description) { VerdictsCommand.Create(), PlanningCommand.Create() };
        options.AddTo(command);
        command.SetAction(
            (parsed, stop) =>
                TextOutput.WriteAsync(
                    parsed.GetValue(options.Output),
                    parsed.InvocationConfiguration,
                    output =>
                    {
                        var error = parsed.InvocationConfiguration.Error;
                        return Task.Run(() => Report(parsed, options, output, error, stop), CancellationToken.None);
                    }
                )
        );
        return command;
    }

    private static int Report(
        ParseResult parsed,
        EvaluateOptions options,
        TextWriter output,
        TextWriter error,
        CancellationToken stop
    )
    {
        if (parsed.GetValue(options.Suite) is { } folder)
        {
            var detectors = parsed.GetRequiredValue(options.DetectorNames).Split(',');
            return new SuiteJob(output, error).Run(folder, detectors, stop);
        }
        var (chooseOn, chooseScores) = (parsed.GetValue(options.ChooseOn), parsed.GetValue(options.ChooseScores));
        var request = new EvaluateRequest(
            parsed.GetValue(options.Labels)!,
            parsed.GetValue(options.Scores)!,
            parsed.GetValue(options.Delay),
            parsed.GetValue(options.Threshold)
        )
        {
            ChooseOn = chooseOn is not null && chooseScores is not null ? (chooseOn, chooseScores) : null,
            Buffer = parsed.GetValue(options.Buffer),
        };
        return new EvaluateJob(output, error).Run(request);
    }
}
