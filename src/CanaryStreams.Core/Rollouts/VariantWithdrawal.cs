namespace CanaryStreams.Core.Rollouts;

/// <summary>Takes single variants out where others that nothing speaks against run beside them.</summary>
internal static class VariantWithdrawal
{
    /// <summary>
    /// Whether a rollback can be one of single variants: they are compared, the evidence is of them alone, at least one other is
    /// left, and the step is at a weight that those can take over.
    /// </summary>
    public static bool IsEnough(RolloutState state, IReadOnlyList<RollbackEvidence> harmful) =>
        VariantContest.IsOpen(state)
        && state.Step!.Phase is StepPhase.Moving or StepPhase.Baking
        && harmful.All(e => e.Variant is not null && state.Wave!.Has(e.Cluster))
        && state.RunningVariants.Any(variant => harmful.All(e => e.Variant != variant));

    /// <summary>
    /// The others share the weight from now on. Agents are told by weights: a <c>rollback</c> would take out the version, with
    /// all its variants.
    /// </summary>
    public static void Take(Draft draft, RollbackDecided decided)
    {
        var variants = decided.Evidence.Select(e => e.Variant!).Distinct().ToList();
        foreach (var variant in variants)
        {
            var own = decided.Evidence.Where(e => e.Variant == variant).ToList();
            var summary = RollbackSentence.Of(draft.State, own);
            draft.Add(new VariantRolledBack(draft.Time, variant, summary, own, decided.Others, decided.Budget));
        }
        var why = decided.Summary;
        if (draft.State.RunningVariants is [var last])
        {
            var reason = $"it is the only one left: {why}";
            draft.Add(new VariantSelected(draft.Time, last, reason, VariantBasis.LastLeft));
        }
        foreach (var cluster in draft.State.Wave!.Clusters)
            Growth.ShareAnew(draft, cluster, draft.State.SelectedVariant is null ? variants : [], why);
    }
}
