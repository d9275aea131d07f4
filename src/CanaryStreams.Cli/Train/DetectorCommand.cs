using System.CommandLine;
using System.Globalization;
using CanaryStreams.Cli.Score;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Anomaly.Training;

namespace CanaryStreams.Cli.Train;

/// <summary><c>canarystreams train detector</c>: makes the model file of the anomaly detector.</summary>
internal static class DetectorCommand
{
    private const string Description = """
        Train the networks of the anomaly detector on labelled series and on injected anomalies.

        DATA holds *.csv or *.csv.gz with series_id, timestamp, value, label; a set is what files have the same name up
        to the first _ or . in. The same data and seed give the same model.

        Example: canarystreams train detector --data data --set ours=3 --seed 7 -o detector.json
        """;

    private static readonly DetectorRecipe s_usual = new();

    private static readonly Option<string> s_data = new("--data")
    {
        Description = "Folder of labelled series.",
        Required = true,
        HelpName = "DATA",
    };

    private static readonly Option<ulong> s_seed = new("--seed")
    {
        Description = "Seed; the default is the one that the shipped model was made with.",
        DefaultValueFactory = _ => s_usual.Seed,
        HelpName = "N",
    };

    private static readonly Option<int> s_networks = new("--networks")
    {
        Description = "Networks whose logits are averaged, 1 to 16.",
        DefaultValueFactory = _ => s_usual.Networks,
        HelpName = "N",
    };

    private static readonly Option<string[]> s_sets = new("--set")
    {
        Description =
            "Weight of a set, NAME=WEIGHT; where not given 1, but ms=2, nab=0 and nezha=0. The labels of one that weighs 0 aren't learnt.",
        HelpName = "NAME=WEIGHT",
    };

    private static readonly Option<string[]> s_drop = new("--drop")
    {
        Description = "Leave a set out altogether, not only its labels.",
        HelpName = "NAME",
    };

    private static readonly Option<SeriesPart> s_part = new("--part")
    {
        Description = "Which series to learn: All, Even, Odd, or of each series the First half of its points.",
    };

    private static readonly Option<DetectorAblation> s_without = new("--without")
    {
        Description =
            "What to do without, to see what it is worth: Cnn, Calibration, Season, Spectrum or OtherMembers (all but spectra).",
        HelpName = "PART",
    };

    private static readonly Option<string?> s_output = new("--output", "-o")
    {
        Description = "File for the model; standard output where left out or -.",
        HelpName = "FILE",
    };

    static DetectorCommand()
    {
        s_networks.Check(value => value is >= 1 and <= 16, "--networks must lie between 1 and 16");
        s_sets.Check(values => Array.TrueForAll(values, IsWeight), "--set must be NAME=WEIGHT, 0 to 1000");
        s_sets.Check(
            values => !Array.TrueForAll(values, IsWeight) || values.Select(NameOf).Distinct().Count() == values.Length,
            "--set names a set twice"
        );
    }

    public static Command Create()
    {
        var command = new Command("detector", Description)
        {
            s_data,
            s_seed,
            s_networks,
            s_sets,
            s_drop,
            s_part,
            s_without,
            s_output,
        };
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), stop));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var path = parsed.GetValue(s_output);
        try
        {
            var sets = Sets(parsed, error);
            // Opened first: it would be a pity to find after the training that the model can't be written.
            using var target = OutputFile.Open(path, Stream.Null);
            var training = new DetectorTraining(Recipe(parsed), new StageProgress(error).Report);
            var model = training.Run(sets, stop).ToJson();
            if (path is null or "-")
                output.WriteLine(System.Text.Encoding.UTF8.GetString(model));
            else
                target.Stream.Write(model);
            target.Complete();
            return ExitCodes.Done;
        }
        catch (InputException e)
        {
            error.WriteLine(e.Message);
            return ExitCodes.BadInput;
        }
        catch (Exception e) when (e is OperationCanceledException || stop.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>The labelled series that are learnt from, by set.</summary>
    private static SortedDictionary<string, List<LabelledPoints>> Sets(ParseResult parsed, TextWriter error)
    {
        var folder = parsed.GetRequiredValue(s_data);
        var sets = LabelledFolder.Read(folder, error);
        var dropped = parsed.GetValue(s_drop) ?? [];
        foreach (var name in dropped.Concat((parsed.GetValue(s_sets) ?? []).Select(NameOf)))
        {
            if (!sets.ContainsKey(name))
                throw new InputException(folder, 0, $"no set '{name}'; there are {string.Join(", ", sets.Keys)}");
        }
        foreach (var name in dropped)
            sets.Remove(name);
        return sets.Count > 0 ? sets : throw new InputException(folder, 0, "every set is left out");
    }

    private static DetectorRecipe Recipe(ParseResult parsed) =>
        s_usual with
        {
            Seed = parsed.GetValue(s_seed),
            Networks = parsed.GetValue(s_networks),
            SetWeights = Weights(parsed.GetValue(s_sets) ?? []),
            Part = parsed.GetValue(s_part),
            Without = parsed.GetValue(s_without),
        };

    private static Dictionary<string, double> Weights(string[] given)
    {
        var weights = new Dictionary<string, double>(s_usual.SetWeights);
        foreach (var text in given)
            weights[NameOf(text)] = WeightOf(text);
        return weights;
    }

    private static bool IsWeight(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at > 0
            && double.TryParse(text.AsSpan(at + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var weight)
            && weight is >= 0 and <= 1000;
    }

    private static string NameOf(string text) => text[..text.IndexOf('=', StringComparison.Ordinal)];

    private static double WeightOf(string text) =>
        double.Parse(text.AsSpan(text.IndexOf('=', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
}
