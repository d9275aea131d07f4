using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Rollouts;

/// <summary>The end of a step.</summary>
internal static class Steps
{
    /// <param name="signals">Of the bucket that ended it; empty where time did.</param>
    /// <param name="standings">Where the evidence stood; null where none was seen.</param>
    /// <param name="inconclusive">Why it ended without a verdict; null where it baked.</param>
    public static void Pass(
        Draft draft,
        IReadOnlyList<Signal> signals,
        IReadOnlyList<EvidenceStanding>? standings,
        string? inconclusive
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
        if (wasLast && Growth.ComparesVariants(state, step))
        {
            var (variant, reason) = VariantChoice.Best(state, wave, signals);
            draft.Add(new VariantSelected(draft.Time, variant, reason));
        }
        Growth.Continue(draft);
    }
}
