using System.Globalization;
using CanaryStreams.Core.Rollouts;
using Spectre.Console;

namespace CanaryStreams.Cli.Demo;

/// <summary>The demo's words.</summary>
internal static class DemoText
{
    public static string Name(CommandKind command) =>
        command switch
        {
            CommandKind.SetCanary => "set-canary",
            CommandKind.SelectVariant => "select-variant",
            _ => command.ToString().ToLowerInvariant(),
        };

    public static string Name(RolloutOutcome outcome) =>
        outcome switch
        {
            RolloutOutcome.RolledBack => "rolled back",
            RolloutOutcome.PartlyPromoted => "partly promoted",
            _ => outcome.ToString().ToLowerInvariant(),
        };

    /// <summary>Decisions worth a line; null for what the commands say already.</summary>
    public static string? Sentence(RolloutEvent happened) =>
        happened switch
        {
            AnomalyNoted { Evidence: var e } => string.Create(
                CultureInfo.InvariantCulture,
                $"anomaly noted: {e.Metric} in {e.Cluster}, P(sustained) {e.PSustained:F2} of {e.PThreshold:F2}; no rollback for an anomaly alone"
            ),
            OutlookStated e => $"outlook: {e.Summary}",
            RolloutHeld e => $"held: {e.Reason}",
            RolloutResumed => "goes on",
            RollbackDecided e => $"ROLLBACK DECIDED: {e.Summary}",
            VariantRolledBack e => e.Summary,
            RolloutEnded e => $"ended: {Name(e.Outcome)}",
            _ => null,
        };

    public static void PrintIntroduction(string bootstrap, string journal, ulong seed)
    {
        var updates = string.Join(", ", DemoScenario.Updates.Select(u => $"{u.App} {u.From} → {u.Version}"));
        DemoConsole.Out.MarkupLineInterpolated(
            $"[bold]CanaryStreams demo[/]  seed {seed}, event time runs {DemoScenario.Speed:0} times faster than the clock"
        );
        DemoConsole.Out.MarkupLineInterpolated($"broker {bootstrap} (embedded), journal {journal}");
        DemoConsole.Out.MarkupLineInterpolated(
            $"updates {updates}; one of them fails slowly, the engine isn't told which"
        );
        DemoConsole.Out.WriteLine(
            "They are requested in a few seconds, when the past of the stable versions is on the topics."
        );
        DemoConsole.Out.WriteLine();
    }

    public static void PrintSummary(DemoWatch watch, DemoFleet fleet, TimeSpan eventTime, TimeSpan clockTime)
    {
        DemoConsole.Out.WriteLine();
        DemoConsole.Out.MarkupLine("[bold]What was decided[/]");
        foreach (var rollout in watch.Rollouts)
            DemoConsole.Out.WriteLine(Result(rollout));
        foreach (var rollout in watch.Rollouts.Where(r => r.Update.Fault is not null))
        {
            var (touched, all) = fleet.RequestsOf(rollout.Update);
            DemoConsole.Out.WriteLine();
            DemoConsole.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{rollout.Update.App} {rollout.Update.Version} met {touched:N0} requests before it was taken out; without a canary it would have met all {all:N0} of the same time ({(all == 0 ? 0 : 100.0 * touched / all):F1} %)."
                )
            );
        }
        DemoConsole.Out.WriteLine();
        DemoConsole.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{(watch.IsAsItShouldBe ? "As it should be" : "NOT as it should be")}, after {clockTime.TotalSeconds:F0} s ({eventTime.TotalMinutes:F0} min of event time)."
            )
        );
    }

    private static string Result(WatchedRollout rollout)
    {
        var name = $"{rollout.Update.App} {rollout.Update.Version}";
        if (rollout.Outcome is not { } outcome || rollout.RequestedAt is not { } requested)
            return $"  {name}: not decided in time ({rollout.Phase})";
        var after = (rollout.EndedAt - requested)?.TotalMinutes ?? 0;
        var why = rollout.Rollback?.Summary ?? $"in {string.Join(", ", rollout.Promoted)}";
        return string.Create(CultureInfo.InvariantCulture, $"  {name}: {Name(outcome)} after {after:F0} min: {why}");
    }
}
