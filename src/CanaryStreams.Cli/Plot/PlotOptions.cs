using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using CanaryStreams.Cli.Score;

namespace CanaryStreams.Cli.Plot;

/// <summary>The options of <c>canarystreams score</c> that draw a series.</summary>
internal sealed class PlotOptions
{
    private readonly Option<string?> _series = new("--plot")
    {
        Description = "Draw this series as an SVG beside the scores.",
        HelpName = "SERIES_ID",
    };

    private readonly Option<string?> _file = new("--plot-output")
    {
        Description = "File for the SVG, - for standard output; SERIES_ID.svg where left out.",
        HelpName = "FILE.svg",
    };

    private readonly Option<string?> _from = Time("--from", "Draw from this time on (as in the input).");
    private readonly Option<string?> _to = Time("--to", "Draw up to this time.");

    /// <param name="scores">The option that names the file for the scores.</param>
    public void AddTo(Command command, Option<string?> scores)
    {
        foreach (var option in new[] { _series, _file, _from, _to })
            command.Options.Add(option);
        command.Validators.Add(result => Check(result, scores));
    }

    /// <summary>What to draw; null for nothing.</summary>
    public PlotRequest? Request(ParseResult parsed, double threshold)
    {
        if (parsed.GetValue(_series) is not { } series)
            return null;
        return new PlotRequest(series, parsed.GetValue(_file) ?? PlotRequest.FileName(series))
        {
            FromMs = ParseTime(parsed.GetValue(_from)) ?? long.MinValue,
            ToMs = ParseTime(parsed.GetValue(_to)) ?? long.MaxValue,
            Threshold = threshold,
        };
    }

    private void Check(CommandResult result, Option<string?> scores)
    {
        if (result.GetValue(_series) is not { } series)
        {
            foreach (var option in new[] { _file, _from, _to }.Where(option => result.GetValue(option) is not null))
                result.AddError($"{option.Name} needs --plot");
            return;
        }
        if (ParseTime(result.GetValue(_from)) > ParseTime(result.GetValue(_to)))
            result.AddError("--from must not be after --to");
        var file = result.GetValue(_file) ?? PlotRequest.FileName(series);
        if (IsSame(file, result.GetValue(scores) ?? "-"))
            result.AddError("scores and plot can't both go to the same place; give -o or --plot-output");
    }

    private static bool IsSame(string one, string other) =>
        one == "-" || other == "-" ? one == other : Path.GetFullPath(one) == Path.GetFullPath(other);

    private static Option<string?> Time(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "TIME" };
        option.Check(
            value => ParseTime(value) is not null,
            $"{name} must be epoch seconds, epoch milliseconds or RFC 3339"
        );
        return option;
    }

    private static long? ParseTime(string? text) =>
        text is not null && SeriesRow.TryTime(Encoding.UTF8.GetBytes(text), out var timeMs) ? timeMs : null;
}
