using System.CommandLine;
using System.CommandLine.Parsing;
using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Cli.Evaluate;

/// <summary>The options of <c>canarystreams evaluate</c>, and which of them go together.</summary>
internal sealed class EvaluateOptions
{
    public EvaluateOptions()
    {
        Delay.Check(value => value >= 0, "--delay must not be negative");
        Buffer.Check(value => value is >= 0 and <= 10_000, "--buffer must lie between 0 and 10000");
        DetectorNames.Check(
            names => names.Split(',').All(SuiteDetector.IsKnown),
            $"each of --detectors must be {SuiteDetector.Known}"
        );
    }

    public Argument<string?> Scores { get; } =
        new("SCORES")
        {
            Description = "What canarystreams score wrote, or any CSV with series_id, timestamp, score, onset.",
            Arity = ArgumentArity.ZeroOrOne,
        };

    public Option<string?> Labels { get; } =
        new("--labels") { Description = "CSV or CSV.gz with series_id, timestamp, label (0 or 1).", HelpName = "FILE" };

    public Option<int> Delay { get; } =
        new("--delay")
        {
            Description = "Points after the first of an event within which an alert finds it.",
            DefaultValueFactory = _ => 7,
            HelpName = "POINTS",
        };

    public Option<double> Threshold { get; } =
        new("--threshold")
        {
            Description = "The threshold reported as given.",
            DefaultValueFactory = _ => ScorerSettings.Full.Threshold,
        };

    public Option<string?> ChooseOn { get; } =
        new("--choose-on")
        {
            Description = "Labels of other series, to choose thresholds on; needs --choose-scores.",
            HelpName = "FILE",
        };

    public Option<string?> ChooseScores { get; } =
        new("--choose-scores") { Description = "Scores of those other series.", HelpName = "FILE" };

    public Option<int?> Buffer { get; } =
        new("--buffer")
        {
            Description = "Largest buffer of VUS-PR; 100 where left out, a tenth of a series shorter than 1000 points.",
            HelpName = "POINTS",
        };

    public Option<string?> Suite { get; } =
        new("--suite")
        {
            Description =
                $"Folder with {string.Join(", ", SuiteSet.All.Select(set => set.FileName))} (series_id, timestamp, value, "
                + "label): scores them with every detector and writes a table, as Markdown.",
            HelpName = "FOLDER",
        };

    public Option<string> DetectorNames { get; } =
        new("--detectors")
        {
            Description = $"Detectors of the suite, separated by commas; each {SuiteDetector.Known}.",
            DefaultValueFactory = _ => string.Join(',', SuiteDetector.Names),
            HelpName = "NAMES",
        };

    public Option<string?> Output { get; } =
        new("--output", "-o")
        {
            Description = "File to write to; standard output where it is left out or -.",
            HelpName = "FILE",
        };

    public void AddTo(Command command)
    {
        command.Add(Scores);
        foreach (
            var option in new Option[]
            {
                Labels,
                Delay,
                Threshold,
                ChooseOn,
                ChooseScores,
                Buffer,
                Suite,
                DetectorNames,
                Output,
            }
        )
            command.Add(option);
        command.Validators.Add(Check);
    }

    private void Check(CommandResult result)
    {
        var scores = result.GetResult(Scores) is { Tokens.Count: > 0 };
        var (labels, suite) = (IsGiven(Labels), IsGiven(Suite));
        var (chooseOn, chooseScores) = (IsGiven(ChooseOn), IsGiven(ChooseScores));
        if (suite && (scores || labels || chooseOn || chooseScores))
            result.AddError("--suite makes its own scores: no SCORES, --labels or --choose-on beside it");
        if (!suite && !(scores && labels))
            result.AddError("either SCORES and --labels are needed, or --suite");
        if (chooseOn != chooseScores)
            result.AddError("--choose-on and --choose-scores go together");

        bool IsGiven(Option option) => result.GetResult(option) is not null;
    }
}
