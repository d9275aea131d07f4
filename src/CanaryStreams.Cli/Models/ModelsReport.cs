using System.Globalization;
using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Rollouts.Wire;

namespace CanaryStreams.Cli.Models;

/// <summary>Models in lines for a person.</summary>
internal static class ModelsReport
{
    public static ModelsAnswer List(ModelsNow now)
    {
        string[] header = ["VERSION", "MADE", "OUTCOMES", "ROLLOUTS", "SKILL", "STATE"];
        var trials = now.Trials.ToDictionary(trial => trial.Version);
        var rows = now
            .Registry.Newest.Select(model => Row(model, now, trials.GetValueOrDefault(model.Version)))
            .Prepend(header)
            .ToList();
        var planner = now.Term?.Version is { } version
            ? $"{version} plans, since {Time(now.Term.FromMs)}"
            : "The rule of thumb plans";
        return new ModelsAnswer(ExitCodes.Done, string.Join('\n', [$"{planner}.", "", .. TextTable.Lines(rows)]));
    }

    public static ModelsAnswer Show(ModelsNow now, string version)
    {
        if (!now.Registry.Models.TryGetValue(version, out var model))
            return now.Unknown(version);
        var trial = now.Trials.FirstOrDefault(one => one.Version == version);
        var lines = new List<string>
        {
            $"{version}: {State(model, now, trial)}",
            $"made {Time(model.MadeMs)} from {model.Model.Rows} outcomes of {model.Card.Rollouts} rollouts; {model.Card.BaseRate:0.0%} of them failures",
            $"cross-validated: Brier {Number(model.Card.Brier)}, skill against the base rate {Number(model.Card.BrierSkill)}",
        };
        if (trial is { Rollouts: > 0 })
            lines.Add($"trial: {trial.Summary}");
        lines.AddRange(
            now.Registry.Terms.Where(term => term.Version == version)
                .Select(term => $"plans from {Time(term.FromMs)}, by {term.By}: {term.Reason}")
        );
        return new ModelsAnswer(ExitCodes.Done, string.Join('\n', lines));
    }

    private static string[] Row(RegisteredModel model, ModelsNow now, Trial? trial) =>
        [
            model.Version,
            Time(model.MadeMs),
            $"{model.Model.Rows}",
            $"{model.Card.Rollouts}",
            Number(model.Card.BrierSkill),
            State(model, now, trial),
        ];

    private static string State(RegisteredModel model, ModelsNow now, Trial? trial) =>
        now.Term?.Version == model.Version ? "champion"
        : now.Registry.LastTerm?.Version == model.Version ? $"champion from {Time(now.Registry.LastTerm.FromMs)} on"
        : trial is not null ? $"challenger: {trial.Obstacle(now.Settings.TrialRollouts) ?? "has won its trial"}"
        : now.Registry.Terms.Any(term => term.Version == model.Version) ? "was champion"
        : "not on trial";

    private static string Number(double? number) =>
        number?.ToString("0.000", CultureInfo.InvariantCulture) ?? "unknown";

    private static string Time(long timeMs) => TimeConverter.Text(DateTimeOffset.FromUnixTimeMilliseconds(timeMs));
}
