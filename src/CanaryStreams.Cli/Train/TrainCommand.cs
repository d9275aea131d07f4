using System.CommandLine;
using System.Globalization;
using CanaryStreams.Core.Forecast;

namespace CanaryStreams.Cli.Train;

/// <summary><c>canarystreams train</c>: makes the model files that the program ships with.</summary>
public static class TrainCommand
{
    public static Command Create() =>
        new("train", "Train a model anew.\n\nExample: canarystreams train forecast --seed 7 -o forecaster.json")
        {
            Forecast(),
            DetectorCommand.Create(),
            ImpactCommand.Create(),
        };

    private static Command Forecast()
    {
        var seed = new Option<ulong>("--seed")
        {
            Description =
                "Seed of the simulated rollouts; the default is the one that the shipped model was made with.",
            DefaultValueFactory = _ => 20261,
            HelpName = "N",
        };
        var rollouts = new Option<int>("--rollouts")
        {
            Description = "Simulated rollouts to learn from: a part fits, a part calibrates, a part reports.",
            DefaultValueFactory = _ => 2880,
            HelpName = "N",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "File for the model; standard output where left out or -.",
            HelpName = "FILE",
        };
        var command = new Command(
            "forecast",
            "Train the forecaster of sustained failure on simulated rollouts and report on a part it did not see.\n\n"
                + "Example: canarystreams train forecast --seed 7 -o forecaster.json"
        )
        {
            seed,
            rollouts,
            output,
        };
        command.SetAction(parsed =>
            Run(
                parsed.GetValue(seed),
                parsed.GetValue(rollouts),
                parsed.GetValue(output),
                parsed.InvocationConfiguration.Output,
                parsed.InvocationConfiguration.Error
            )
        );
        return command;
    }

    private static int Run(ulong seed, int rollouts, string? path, TextWriter output, TextWriter error)
    {
        var shown = -1;
        var result = ForecastTraining.Train(seed, rollouts, done => Show(done, rollouts, ref shown, error));
        if (path is null or "-")
            output.WriteLine(result.Json);
        else
            File.WriteAllText(path, result.Json);
        error.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Brier score {result.Brier:F4} on the part not trained on (base rate alone: {result.BaseRateBrier:F4})"
            )
        );
        foreach (var bin in result.Reliability)
            error.WriteLine(
                $"  forecast {bin.Predicted:F3}  sustained {bin.Sustained:F3}  of {bin.Buckets:N0} buckets"
            );
        return ExitCodes.Done;
    }

    private static void Show(int done, int rollouts, ref int shown, TextWriter error)
    {
        var percent = 100 * done / Math.Max(1, rollouts);
        if (percent < shown + 10)
            return;
        shown = percent;
        error.WriteLine($"{percent} % of the rollouts played");
    }
}
