using System.CommandLine;
using System.Globalization;
using System.Text;
using CanaryStreams.Cli.Score;
using CanaryStreams.Core.Planning.Impact;

namespace CanaryStreams.Cli.Train;

/// <summary><c>canarystreams train impact</c>: a model of how updates treat clusters, with its card.</summary>
internal static class ImpactCommand
{
    private const string Description = """
        Train the model of an update's impact on outcomes of earlier rollouts, and report how far it can be trusted.

        FILE holds outcomes, a line each, as import history writes them. Without any the model is what is believed beforehand.
        The same outcomes and seed give the same model.

        Example: canarystreams train impact outcomes.jsonl -o impact.json
        """;

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Outcomes.", Arity = ArgumentArity.ZeroOrMore };
        var seed = new Option<ulong>("--seed")
        {
            Description = "Seed of the cross-validation's folds.",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "File for the model; standard output where left out or -.",
            HelpName = "FILE",
        };
        var command = new Command("impact", Description) { files, seed, output };
        command.SetAction(
            (parsed, _) =>
                TextOutput.WriteAsync(
                    parsed.GetValue(output),
                    parsed.InvocationConfiguration,
                    async writer =>
                    {
                        var rows = parsed.GetRequiredValue(files).SelectMany(Outcomes).ToList();
                        var trained = ImpactTrainer.Train(rows, parsed.GetValue(seed));
                        await writer.WriteLineAsync(
                            Encoding.UTF8.GetString(ImpactModelJson.Encode(trained.Model).Span)
                        );
                        Write(trained.Card, parsed.InvocationConfiguration.Error);
                        return ExitCodes.Done;
                    }
                )
        );
        return command;
    }

    private static List<ClusterOutcome> Outcomes(string path)
    {
        var outcomes = new List<ClusterOutcome>();
        using var lines = CsvLines.Open(path);
        while (lines.TryRead(out var line))
        {
            if (line.IsEmpty)
                continue;
            outcomes.Add(ClusterOutcomeJson.Decode(line, out var error) ?? throw lines.Error(error!));
        }
        return outcomes;
    }

    private static void Write(ImpactCard card, TextWriter error)
    {
        error.WriteLine(
            Text($"{card.Model}: {card.Rows} outcomes of {card.Rollouts} rollouts, {card.BaseRate:P1} of them bad")
        );
        if (card.Brier is not { } brier)
        {
            error.WriteLine("too few rollouts to say how far it can be trusted");
            return;
        }
        var skill = card.BrierSkill is { } of ? Text($"{of:0.00}") : "undefined, since none or all were bad";
        error.WriteLine(
            Text($"predicted without their rollouts: Brier score {brier:0.0000}, skill against the base rate {skill}")
        );
        foreach (var bin in card.Calibration)
            error.WriteLine(Text($"  predicted {bin.Predicted:0.000}  failed {bin.Observed:0.000}  of {bin.Cases:N0}"));
        error.WriteLine("what was learnt, and what was believed before:");
        foreach (var one in card.Learnt)
            error.WriteLine(Text($"  {one.Name, -40} {one.Mean, 8:0.00} ± {one.Sd:0.00}  ({one.Before:0.00})"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
