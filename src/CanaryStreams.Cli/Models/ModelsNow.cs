using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Rollouts.Wire;

namespace CanaryStreams.Cli.Models;

/// <summary>The models as they were read, and what a person may do with them.</summary>
internal sealed class ModelsNow(Learner learner, LearnerSettings settings, DateTimeOffset now)
{
    public ModelRegistry Registry => learner.Registry;

    public LearnerSettings Settings => settings;

    /// <summary>Which term is in force; null where none has begun.</summary>
    public ChampionTerm? Term => Registry.TermAt(now.ToUnixTimeMilliseconds());

    public IReadOnlyList<Trial> Trials => learner.Trials();

    public ModelsAnswer Promote(string version, string by, string reason)
    {
        if (!Registry.Models.ContainsKey(version))
            return Unknown(version);
        if (Registry.LastTerm?.Version == version)
            return new ModelsAnswer(ExitCodes.No, $"{version} is the champion already; nothing was changed.");
        return Changed(Registry.Promoting(version, now.ToUnixTimeMilliseconds(), by, reason));
    }

    public ModelsAnswer TakeBack(string by, string reason) =>
        Registry.TakingBack(now.ToUnixTimeMilliseconds(), by, reason) is { } terms
            ? Changed(terms)
            : new ModelsAnswer(ExitCodes.No, "No model plans, so there is none to take back; nothing was changed.");

    public ModelsAnswer Unknown(string version)
    {
        var known = string.Join(", ", Registry.Newest.Select(model => model.Version));
        return new ModelsAnswer(
            ExitCodes.BadInput,
            $"There is no model '{version}'; {(known.Length == 0 ? "there are none yet" : $"there are {known}")}."
        );
    }

    private static ModelsAnswer Changed(IReadOnlyList<ChampionTerm> terms)
    {
        var term = terms[^1];
        var from = TimeConverter.Text(DateTimeOffset.FromUnixTimeMilliseconds(term.FromMs));
        return new ModelsAnswer(
            ExitCodes.Done,
            $"{term.Version ?? "The rule of thumb"} plans the rollouts that are requested from {from} on.",
            terms
        );
    }
}
