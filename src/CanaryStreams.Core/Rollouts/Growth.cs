using CanaryStreams.Core.Planning;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Issues the commands by which a canary comes, grows, is kept and becomes stable.</summary>
internal static class Growth
{
    /// <summary>Gives the next command where the step before is done and nothing holds.</summary>
    public static void Continue(Draft draft)
    {
        var state = draft.State;
        if (state.Phase != RolloutPhase.Running || state.Step is not { Phase: StepPhase.Next } || !state.Holds.IsEmpty)
            return;
        var (step, wave) = (state.Step, state.Wave!);
        var steps = wave.CanarySteps;
        var selects = ComparesVariants(state, step) && !state.SelectionTold;
        foreach (var cluster in wave.Clusters)
        {
            if (step.Index < steps.Count)
                SetCanary(draft, cluster, step.Index, $"step {step.Index + 1} of {steps.Count} in {wave}");
            else if (selects)
                SelectVariant(draft, cluster);
            else
                Promote(draft, cluster.Name, $"{wave} passed {(wave.Clusters.Count == 1 ? "its" : "their")} last step");
        }
    }

    /// <summary>Says again, as a new command, what one cluster should be at: before the last command expires.</summary>
    public static void Renew(Draft draft, string cluster, string why)
    {
        var state = draft.State;
        if (state.Forced)
        {
            Promote(draft, cluster, why);
            return;
        }
        if (state.Step is not { } step || state.Wave!.Clusters.FirstOrDefault(c => c.Name == cluster) is not { } plan)
            return;
        switch (step.Phase)
        {
            case StepPhase.Promoting:
                Promote(draft, cluster, why);
                break;
            case StepPhase.Selecting:
                SelectVariant(draft, plan);
                break;
            case StepPhase.Baking when state.IsHeld(HoldKind.Operator):
                IssueShares(draft, CommandKind.Hold, plan, step.Index, why);
                break;
            case StepPhase.Moving or StepPhase.Baking:
                SetCanary(draft, plan, step.Index, why);
                break;
        }
    }

    /// <summary>Tells the clusters whose step bakes that a person holds it, or no longer does; the weight stays.</summary>
    public static void Keep(Draft draft, CommandKind kind, string why)
    {
        foreach (var cluster in draft.State.Wave!.Clusters)
            IssueShares(draft, kind, cluster, draft.State.Step!.Index, why);
    }

    public static void Promote(Draft draft, string cluster, string why) =>
        Issue(draft, cluster, CommandKind.Promote, 100, VariantToPromote(draft.State), CommandReason.Of(why));

    public static void Issue(
        Draft draft,
        string cluster,
        CommandKind kind,
        int weightPct,
        string? variant,
        CommandReason reason
    )
    {
        var state = draft.State;
        var number = state.LastCommand + 1;
        var request = state.Request!;
        var isFinal = kind is CommandKind.Promote or CommandKind.Rollback;
        var command = new ControlCommand
        {
            Time = draft.Time,
            Id = $"{request.Rollout}/{number}",
            Rollout = request.Rollout,
            Epoch = state.Epoch,
            App = request.App,
            Cluster = cluster,
            Command = kind,
            Version = request.Version,
            Variant = variant,
            WeightPct = weightPct,
            Expires = isFinal ? null : draft.Time + state.Policy!.CommandExpiry,
            Reason = reason,
        };
        draft.Add(new CommandIssued(draft.Time, number, command));
    }

    /// <summary>
    /// Variants run side by side in the first wave, or where that was taken out, in the one after it; the others see the one selected
    /// there.
    /// </summary>
    public static bool ComparesVariants(RolloutState state, StepState step) =>
        state.Request!.Variants.Count > 0
        && state.Clusters.Take(step.Cluster).All(c => c.Withdrawn is { From: not ClusterStage.Promoted });

    /// <summary>Divides the weight of the step anew over the variants that are left.</summary>
    /// <param name="withdrawn">Those that get none from now on; empty where one is selected, which says so of all others.</param>
    public static void ShareAnew(Draft draft, ClusterPlan plan, IReadOnlyList<string> withdrawn, string why)
    {
        foreach (var variant in withdrawn)
            Issue(draft, plan.Name, CommandKind.SetCanary, 0, variant, CommandReason.Of(why));
        SetCanary(draft, plan, draft.State.Step!.Index, why);
    }

    private static void SetCanary(Draft draft, ClusterPlan plan, int index, string why) =>
        IssueShares(draft, CommandKind.SetCanary, plan, index, why);

    /// <summary>One command, or one for each variant with its share while several run side by side.</summary>
    private static void IssueShares(Draft draft, CommandKind kind, ClusterPlan plan, int index, string why)
    {
        var state = draft.State;
        var weight = plan.CanarySteps[index];
        var variants = state.RunningVariants;
        if (variants.Count == 0 || state.SelectedVariant is not null)
        {
            // Where others ran beside it they have to be told that they are out.
            if (kind == CommandKind.SetCanary && variants.Count > 0 && ComparesVariants(state, state.Step!))
                kind = CommandKind.SelectVariant;
            Issue(draft, plan.Name, kind, weight, state.SelectedVariant, CommandReason.Of(why));
            return;
        }
        for (var i = 0; i < variants.Count; i++)
        {
            var share = Math.Max(1, weight / variants.Count + (i < weight % variants.Count ? 1 : 0));
            Issue(draft, plan.Name, kind, share, variants[i], CommandReason.Of(why));
        }
    }

    private static void SelectVariant(Draft draft, ClusterPlan plan) =>
        Issue(
            draft,
            plan.Name,
            CommandKind.SelectVariant,
            plan.CanarySteps[^1],
            VariantToPromote(draft.State),
            CommandReason.Of(
                $"variant {VariantToPromote(draft.State)} is selected"
                    + (draft.State.SelectedBecause is { } why ? $": {why}" : "")
            )
        );

    private static string? VariantToPromote(RolloutState state) =>
        state.RunningVariants is [var first, ..] ? first : null;
}
