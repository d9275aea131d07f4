using CanaryStreams.Core.Planning;

namespace CanaryStreams.Core.Rollouts;

/// <summary>The beginning of a rollout, and what people say of it afterwards.</summary>
internal static class Requests
{
    public static Decision Begin(RequestRollout command, RolloutState state, IImpact? impact)
    {
        var request = command.Request;
        var draft = new Draft(state, command.Time, impact);
        if (Obstacle(command) is { } reason)
        {
            draft.Add(new RolloutRefused(command.Time, request.Rollout, request.App, request.Version, reason));
            return draft.Done();
        }
        draft.Add(new RolloutRequested(command.Time, request, command.Policy));
        var plan = Planner.Plan(request, command.Policy, draft.Impact.At(command.Time));
        draft.Add(new RolloutPlanned(command.Time, plan, BudgetSplit.Of(request, command.Policy)));
        Growth.Continue(draft);
        return draft.Done();
    }

    /// <summary>The same request delivered again needs no answer; another one under a used id does.</summary>
    public static Decision Again(RequestRollout command, RolloutState state)
    {
        var (rollout, asked) = (command.Request.Rollout, new AskedFor(command.Request.App, command.Request.Version));
        return asked == state.Asked
            ? Decision.Nothing
            : Decision.Refuse(
                $"the id '{rollout}' was used for {state.Asked?.App} {state.Asked?.Version}: ask for {asked.App} "
                    + $"{asked.Version} with another id"
            );
    }

    public static Decision Label(ReportOutcome command, RolloutState state)
    {
        var isKnown = state.Labels.Any(l =>
            l.Cluster == command.Cluster && l.Outcome == command.Outcome && l.Source == command.Source
        );
        if (isKnown)
            return Decision.Nothing;
        if (command.Cluster is { } cluster && state.Clusters.All(c => c.Name != cluster))
            return Decision.Refuse($"cluster '{cluster}' is no part of the rollout");
        var draft = new Draft(state, command.Time);
        draft.Add(new OutcomeReported(command.Time, command.Cluster, command.Outcome, command.Source));
        return draft.Done();
    }

    private static string? Obstacle(RequestRollout command) =>
        command.Running is { } running
            ? $"{command.Request.App} is under rollout '{running}' already; ask again, with another id, when it has ended"
            : command.Request.Problem();
}
