using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Rollouts;

/// <summary>The end of a step.</summary>
internal static class Steps
{
    /// <param name="signals">Of the bucket that ended it; empty where time did.</param>
    /// <param name="standings">Where the evidence stood; null where none was seen.</param>
    /// <param name="inconclusive">Why it ended without a verdict; null where it baked.</param>
    /// <param name="winner">The variant that is proven to be the best; null where none is.</param>
    public static void Pass(
        Draft draft,
        IReadOnlyList<Signal> signals,
        IReadOnlyList<EvidenceStanding>? standings,
        string? inconclusive,
        VariantSelected? winner = null
    )
    {
        var state = draft.State;
        var step = state.Step!;
        var wave = state.Wave!;
        draft.Add(
            new StepPassed(
                draft.Time,
                wave.First.Name,
                step.Index,
                step.BakedAt(draft.Time),
                Inconclusive: inconclusive is not null,
                inconclusive,
                standings,
                wave.NamesOfSeveral
            )
        );
        var wasLast = step.Index + 1 == wave.CanarySteps.Count;
        if (winner is not null)
            draft.Add(winner);
        else if (wasLast && Growth.ComparesVariants(state, step) && state.SelectedVariant is null)
            draft.Add(VariantChoice.ByTie(state, draft.Time, signals));
        Growth.Continue(draft);
    }
}
