using System.Globalization;
using CanaryStreams.Cli.Explain;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Cli.Rollout;

/// <summary>Rollouts in lines for a person.</summary>
internal static class RolloutReport
{
    /// <param name="archived">Whether those are listed as well.</param>
    public static bool List(RolloutReader reader, bool archived, TextWriter output)
    {
        string[] header = ["ROLLOUT", "APP", "VERSION", "STATE", "WHERE", "REQUESTED", "ENDED", ""];
        var rollouts = archived ? reader.ListAll() : reader.List();
        TextTable.Write(output, [.. rollouts.Select(Row).Prepend(header)]);
        return true;
    }

    public static bool Show(RolloutReader reader, string rollout, TextWriter output)
    {
        if (reader.Show(rollout) is not { } state)
            return Unknown(rollout, output);
        output.WriteLine($"{rollout}: {StateText.Of(state.Phase, state.Outcome)}");
        if (state.Request is { } request)
            output.WriteLine($"app {request.App}, version {request.Version}, from {request.From ?? "unknown"}");
        if (state.Unconfirmed is { } unconfirmed)
            output.WriteLine(unconfirmed);
        if (state.Rollback is { } rollback)
            output.WriteLine(rollback.Summary);
        if (state is { Phase: RolloutPhase.Watching, Watch: { } watch })
            output.WriteLine($"watched since {Time(watch.Since)} until {Time(watch.Until)}");
        if (state.Outlook is { } outlook)
            output.WriteLine($"outlook: {outlook.Summary}");
        foreach (var hold in state.Holds)
            output.WriteLine($"held since {Time(hold.Since)}{Condition(hold)}: {hold.Reason}{Until(hold, state)}");
        foreach (var cluster in state.Clusters)
        {
            var plan = state.Plan?.Clusters.FirstOrDefault(planned => planned.Name == cluster.Name);
            var steps = plan is null
                ? ""
                : $"  steps {string.Join(' ', plan.Steps)}, risk {plan.Risk:F2}{(plan.Wave is { } wave ? $", wave {wave}" : "")}";
            output.WriteLine($"  {cluster.Name, -16} {StageOf(cluster), -12} {cluster.WeightPct, 3} %{steps}");
            if (cluster.Withdrawn is { } withdrawn)
                output.WriteLine($"    out since {Time(withdrawn.Since)}: {withdrawn.Because}");
        }
        foreach (var pending in state.Pending)
            output.WriteLine(
                $"  waits for {pending.Command.Id}: {pending.Command.Command} in {pending.Command.Cluster}, sent {Time(pending.SentAt)}"
            );
        return true;
    }

    public static bool Plan(RolloutReader reader, string rollout, TextWriter output)
    {
        var story = reader.Events(rollout);
        return story.Count == 0
            ? Unknown(rollout, output)
            : PlanReport.Write(rollout, [.. story.Select(step => step.Happened)], output);
    }

    public static bool Explain(RolloutReader reader, string rollout, TextWriter output)
    {
        var story = reader.Events(rollout);
        if (story.Count == 0)
            return Unknown(rollout, output);
        ExplanationReport.Write(rollout, [.. story.Select(step => step.Happened)], output);
        output.WriteLine();
        output.WriteLine("Every event");
        foreach (var step in story)
            output.WriteLine($"  {Time(step.Happened.Time)}  {step.Sequence, 4}  {EventSentence.Of(step.Happened)}");
        return true;
    }

    private static string[] Row(RolloutSummary rollout) =>
        [
            rollout.Rollout,
            rollout.App,
            rollout.Version,
            StateText.Of(rollout.Phase, rollout.Outcome),
            Where(rollout),
            Time(rollout.RequestedAt),
            Time(rollout.EndedAt),
            rollout.Reason ?? string.Join("; ", rollout.Holds),
        ];

    /// <summary>Where it grows, and which clusters are out while others go on.</summary>
    private static string Where(RolloutSummary rollout) =>
        string.Join(
            ", ",
            new[]
            {
                rollout.Cluster is null ? null : $"{rollout.WeightPct} % in {rollout.Cluster}",
                rollout.Out is null ? null : $"out of {rollout.Out}",
            }.OfType<string>()
        );

    private static string Condition(Hold hold) =>
        hold.Condition is { } condition ? $" (telemetry: {EventSentence.Word(condition)})" : "";

    private static string Until(Hold hold, RolloutState state) =>
        hold.SilentSince + state.Policy?.SilentCanary is { } until ? $"; rolls back at {Time(until)} if it lasts" : "";

    private static bool Unknown(string rollout, TextWriter output)
    {
        output.WriteLine($"The journal knows no rollout '{rollout}'.");
        return false;
    }

    private static string StageOf(ClusterState cluster) =>
        cluster switch
        {
            { Stage: ClusterStage.RolledBack } => "rolled back",
            { Withdrawn: not null, Stage: ClusterStage.Waiting } => "not begun",
            { Withdrawn: not null } => "rolling back",
            _ => cluster.Stage.ToString().ToLowerInvariant(),
        };

    /// <summary>To the second; empty for none.</summary>
    public static string Time(DateTimeOffset? time) =>
        time?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";
}
