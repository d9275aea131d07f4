using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Rollouts;

/// <summary>What happens to a step without a verdict by its deadline.</summary>
internal static class Inconclusiveness
{
    /// <summary>A person holds the rollout, or the want of a verdict does already.</summary>
    public static bool IsSuspended(RolloutState state) =>
        state.IsHeld(HoldKind.Operator) || state.IsHeld(HoldKind.Inconclusive);

    /// <summary>
    /// The policy's rule, where the step was observed and is only undecided. A want of telemetry or of an answer is
    /// never a pass and never a rollback, and nothing grows while an anomaly is open: those hold.
    /// </summary>
    /// <param name="signals">Of the last bucket; empty where none was seen since the observer started.</param>
    public static void Conclude(Draft draft, IReadOnlyList<Signal> signals)
    {
        var state = draft.State;
        var step = state.Step!;
        var wave = state.Wave!;
        var where = $"{wave} at {wave.CanarySteps[step.Index]} %{(wave.Clusters.Count == 1 ? " has" : " have")}";
        var undecided = $"{where} no verdict after {Minutes(draft.Time - step.StartedAt!.Value)}";
        var standings = Standings.In(wave, signals, state);
        if (VariantContest.IsTied(state, draft.Time, signals))
        {
            Untie(draft, signals, standings);
            return;
        }
        switch (state.Policy!.Inconclusive)
        {
            case Inconclusive.Rollback when state.Holds.IsEmpty:
                var summary = $"{state.Request!.App} {state.Request.Version} rolled back: {undecided}";
                var cause = RollbackCause.Inconclusive;
                Blast.RollBack(
                    draft,
                    new RollbackDecided(draft.Time, cause, summary, [], standings),
                    [.. wave.Clusters.Select(cluster => cluster.Name)]
                );
                break;
            case Inconclusive.Promote when state.Holds.IsEmpty && state.Anomalies.IsEmpty:
                Steps.Pass(draft, [], standings, $"{undecided}; the policy promotes then");
                break;
            default:
                var reason = $"{undecided} ({Minutes(step.BakedAt(draft.Time))} of it observed and healthy)";
                draft.Add(new RolloutHeld(draft.Time, HoldKind.Inconclusive, draft.Time, reason, null, standings));
                break;
        }
    }

    private static void Untie(Draft draft, IReadOnlyList<Signal> signals, IReadOnlyList<EvidenceStanding>? standings)
    {
        if (draft.State.Policy!.Tie != VariantTie.Hold)
        {
            Steps.Pass(draft, signals, standings, inconclusive: null);
            return;
        }
        var reason =
            $"none of the variants {string.Join(", ", draft.State.RunningVariants)} has won after "
            + $"{Minutes(draft.Time - draft.State.Step!.StartedAt!.Value)}; the policy asks a person then";
        draft.Add(new RolloutHeld(draft.Time, HoldKind.Inconclusive, draft.Time, reason, null, standings));
    }

    public static string Minutes(TimeSpan time) => $"{time.TotalMinutes:0.#} min";
}
