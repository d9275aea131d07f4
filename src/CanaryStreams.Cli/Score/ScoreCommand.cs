using System.CommandLine;
using CanaryStreams.Cli.Plot;
using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Cli.Score;

/// <summary><c>canarystreams score</c>: scores every point of series in files from its past alone.</summary>
public static class ScoreCommand
{
    private const string Description = """
        Score every point of series in CSV files, each from its past alone.

        Input: CSV or gzip-compressed CSV with the columns series_id, timestamp (epoch seconds or milliseconds, or
        RFC 3339) and value (empty or NaN where it is missing); sorted by time within each series.
        Output: series_id,timestamp,value,score,is_anomaly,onset,expected; a row for each row of the input, in its order.
        With --band, lower,upper,quality follow: the band of normal values, and ok, sparse (the series is young, the
        band wide on purpose) or missing (no value).

        With --plot, one series is drawn as an SVG as well: values, band, anomalies, onsets and scores.

        Example: canarystreams score cpu.csv.gz -o scores.csv
        """;

    public static Command Create()
    {
        var inputs = new Argument<string[]>("INPUT")
        {
            Description = "CSV or CSV.gz files; - for standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "File to write to; standard output where it is left out or -.",
            HelpName = "FILE",
        };
        var threshold = new Option<double>("--threshold")
        {
            Description =
                "Score in (0,1) from which an onset opens an alert, which lasts until the score is low again.",
            DefaultValueFactory = _ => ScorerSettings.Full.Threshold,
        };
        threshold.Check(value => value is > 0 and < 1, "--threshold must lie between 0 and 1");
        var band = new Option<bool>("--band") { Description = "Append the columns lower,upper,quality." };
        var plot = new PlotOptions();
        var detector = new Option<string>("--detector")
        {
            Description = $"Which detector scores: {DetectorChoice.Known}.",
            DefaultValueFactory = _ => Detectors.Default,
            HelpName = "NAME",
        };
        detector.Check(DetectorChoice.IsKnown, $"--detector must be {DetectorChoice.Known}");
        var command = new Command("score", Description) { inputs, output, threshold, detector, band };
        plot.AddTo(command, output);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var job = new ScoreJob(
                    Console.OpenStandardInput(),
                    Console.OpenStandardOutput(),
                    Console.Error,
                    !Console.IsErrorRedirected
                )
                {
                    WithBand = parsed.GetValue(band),
                    Plot = plot.Request(parsed, parsed.GetValue(threshold)),
                };
                var (name, least) = (parsed.GetRequiredValue(detector), parsed.GetValue(threshold));
                return job.RunAsync(
                    parsed.GetRequiredValue(inputs),
                    parsed.GetValue(output),
                    name,
                    least,
                    cancellation
                );
            }
        );
        return command;
    }
}
