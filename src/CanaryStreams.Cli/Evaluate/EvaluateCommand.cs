using System.CommandLine;
using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Cli.Evaluate;

/// <summary><c>canarystreams evaluate</c>: how well scores found what people labelled.</summary>
public static class EvaluateCommand
{
    private const string Description = """
        Compare scores with labels: point-adjusted and event F1, an event being found by an alert within its first
        points. Thresholds are chosen on every second series and reported on the others, and on all.

        Example: canarystreams evaluate --labels kpi.csv.gz scores.csv --delay 7
        """;

    public static Command Create()
    {
        var scores = new Argument<string>("SCORES") { Description = "What canarystreams score wrote." };
        var labels = new Option<string>("--labels")
        {
            Description = "CSV or CSV.gz with series_id, timestamp, label (0 or 1).",
            Required = true,
            HelpName = "FILE",
        };
        var delay = new Option<int>("--delay")
        {
            Description = "Points after the first of an event within which an alert finds it.",
            DefaultValueFactory = _ => 7,
        };
        delay.Check(value => value >= 0, "--delay must not be negative");
        var threshold = new Option<double>("--threshold")
        {
            Description = "The threshold reported as given.",
            DefaultValueFactory = _ => ScorerSettings.Full.Threshold,
        };
        var command = new Command("evaluate", Description) { scores, labels, delay, threshold };
        command.SetAction(parsed =>
            new EvaluateJob(Console.Out, Console.Error).Run(
                parsed.GetRequiredValue(labels),
                parsed.GetRequiredValue(scores),
                parsed.GetValue(delay),
                parsed.GetValue(threshold)
            )
        );
        return command;
    }
}
