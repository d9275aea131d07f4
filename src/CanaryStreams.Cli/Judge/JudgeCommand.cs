using System.CommandLine;
using CanaryStreams.Core.Judging;

namespace CanaryStreams.Cli.Judge;

/// <summary><c>canarystreams judge</c>: did a change hurt a series?</summary>
public static class JudgeCommand
{
    private const string Description = """
        Judge changes by what series did behind them, compared with their own past.

        FOLDER holds cases.csv (case_id,series_id,change_time) and series/*.csv or *.csv.gz
        (series_id,timestamp,value). Output: case_id,score,verdict (ok, bad or inconclusive).

        Example: canarystreams judge changes/ --after 30 -o verdicts.csv
        """;

    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Folder with cases.csv and series/." };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "File to write to; standard output where it is left out or -.",
            HelpName = "FILE",
        };
        var after = new Option<double>("--after")
        {
            Description = "Minutes behind the change that are looked at.",
            DefaultValueFactory = _ => JudgeSettings.Default.After.TotalMinutes,
            HelpName = "MINUTES",
        };
        after.Check(value => value is >= 1 and <= 10_080, "--after must lie between 1 and 10080 minutes");
        var command = new Command("judge", Description) { folder, output, after };
        command.SetAction(
            (parsed, cancellation) =>
            {
                var settings = JudgeSettings.Default with { After = TimeSpan.FromMinutes(parsed.GetValue(after)) };
                var job = new JudgeJob(Console.OpenStandardOutput(), Console.Error);
                return Task.Run(
                    () => job.Run(parsed.GetRequiredValue(folder), parsed.GetValue(output), settings, cancellation),
                    CancellationToken.None
                );
            }
        );
        return command;
    }
}
