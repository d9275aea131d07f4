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
        var step = state.Step;
        var plan = PlanOf(state, step);
        if (step.Index < plan.CanarySteps.Count)
            SetCanary(draft, plan, step.Index, $"step {step.Index + 1} of {plan.CanarySteps.Count} in {plan.Name}");
        else if (ComparesVariants(state, step))
            SelectVariant(draft, plan);
        else
            Promote(draft, plan.Name, $"{plan.Name} passed its last step");
    }

    /// <summary>Says again, as a new command, what the cluster should be at: before the last command expires.</summary>
    public static void Renew(Draft draft, string cluster, string why)
    {
        var state = draft.State;
        if (state.Forced)
        {
            Promote(draft, cluster, why);
            return;
        }
        if (state.Step is not { } step || PlanOf(state, step) is not { } plan || plan.Name != cluster)
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
                Keep(draft, CommandKind.Hold, why);
                break;
            case StepPhase.Moving or StepPhase.Baking:
                SetCanary(draft, plan, step.Index, why);
                break;
        }
    }

    /// <summary>Tells the cluster whose step bakes that a person holds it, or no longer does; the weight stays.</summary>
    public static void Keep(Draft draft, CommandKind kind, string why)
    {
        var state = draft.State;
        IssueShares(draft, kind, PlanOf(state, state.Step!), state.Step!.Index, why);
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

    public static ClusterPlan PlanOf(RolloutState state, StepState step) => state.Plan!.Clusters[step.Cluster];

    /// <summary>Variants run side by side in the first cluster; the others see the one selected there.</summary>
    public static bool ComparesVariants(RolloutState state, StepState step) =>
        step.Cluster == 0 && state.Request!.Variants.Count > 0;

    private static void SetCanary(Draft draft, ClusterPlan plan, int index, string why) =>
        IssueShares(draft, CommandKind.SetCanary, plan, index, why);

    /// <summary>One command, or one for each variant with its share while several run side by side.</summary>
    private static void IssueShares(Draft draft, CommandKind kind, ClusterPlan plan, int index, string why)
    {
        var state = draft.State;
        var weight = plan.CanarySteps[index];
        var variants = state.Request!.Variants;
        if (variants.Count == 0 || state.SelectedVariant is not null)
        {
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
        state.SelectedVariant ?? (state.Request!.Variants is [var first, ..] ? first : null);
}
