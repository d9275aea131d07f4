using System.Globalization;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Cli.Explain;

/// <summary>
/// A rollout explained from its events alone: what was decided, why, what was ruled out, what it cost, with small charts; for
/// one that passed or goes on, how near each metric came. Times are UTC.
/// </summary>
internal static class ExplanationReport
{
    private const int NotedMax = 3;

    /// <param name="events">All of the rollout's so far, at least one.</param>
    public static void Write(string rollout, IReadOnlyList<RolloutEvent> events, TextWriter output)
    {
        var state = Evolution.Fold(RolloutState.Initial, events);
        output.WriteLine($"{rollout}: {Headline(state, events)}");
        if (state is not { Policy: { } policy, Request: not null })
        {
            output.WriteLine($"  {EventSentence.Of(events[^1])}");
            return;
        }
        foreach (var limited in events.OfType<ClustersRolledBack>())
            WriteLimited(limited, policy, output);
        if (state.Rollback is { } rollback)
            WriteRollback(rollback, policy, output);
        else if (state.Phase == RolloutPhase.Running)
            WriteWhereItStands(state, policy, output);
        else
            WritePassed(events, output);
        WriteVariants(events, policy, output);
        WriteNoted(events, policy, output);
        WriteStandings(events, policy, output);
    }

    private static string Headline(RolloutState state, IReadOnlyList<RolloutEvent> events)
    {
        var (begun, last) = (events[0].Time, state.Rollback?.Time ?? state.EndedAt ?? events[^1].Time);
        var what = state.Asked is { } asked ? $"{asked.App} {asked.Version}" : "";
        var from = state.Request?.From is { } version ? $" over {version}" : "";
        return $"{what}{from}, {StateText.Of(state)}, requested {Time(begun)}"
            + (
                last > begun
                    ? $", {Ended(state)} {Time(last)}, {ReasonText.Minutes((last - begun).TotalMinutes)} later (UTC)"
                    : ""
            );
    }

    private static string Ended(RolloutState state) =>
        state.Rollback is not null ? "decided"
        : state.EndedAt is not null ? "ended"
        : "last event";

    private static void WriteRollback(RollbackDecided rollback, Policy policy, TextWriter output)
    {
        output.WriteLine($"  {rollback.Summary}");
        if (rollback.Evidence is not [var first, ..])
            return;
        output.WriteLine();
        var reasons = ReasonText.Of(first, rollback.Time, policy).Concat(ReasonText.Beside(rollback, policy));
        if (rollback.Budget is { } spent)
            reasons = reasons.Append(("spent", ReasonText.Spent(spent)));
        WriteReasons(reasons, output);
        foreach (var evidence in rollback.Evidence)
            WriteChart(evidence, policy, output);
    }

    /// <summary>Why some clusters were taken back, and which others go on.</summary>
    private static void WriteLimited(ClustersRolledBack e, Policy policy, TextWriter output)
    {
        WriteRollback(
            new RollbackDecided(e.Time, e.Cause, e.Summary, e.Evidence, e.Others, e.Unusual, e.Budget),
            policy,
            output
        );
        output.WriteLine();
        output.WriteLine($"  {Time(e.Time)}: {e.Scope}");
        foreach (var (ruling, isOut) in e.Out.Select(one => (one, true)).Concat(e.GoOn.Select(one => (one, false))))
            output.WriteLine(
                $"    {ruling.Cluster, -16} {(isOut ? "out" : "goes on"), -8} risk {ReasonText.Risk(ruling.Before)}"
                    + (ruling.After is { } after ? $" → {ReasonText.Risk(after)}" : "")
            );
        output.WriteLine();
    }

    /// <summary>Why variants were taken out by themselves, and which one was selected.</summary>
    private static void WriteVariants(IReadOnlyList<RolloutEvent> events, Policy policy, TextWriter output)
    {
        foreach (var e in events.OfType<VariantRolledBack>())
            WriteRollback(
                new RollbackDecided(e.Time, RollbackCause.Evidence, e.Summary, e.Evidence, e.Others, Budget: e.Budget),
                policy,
                output
            );
        if (events.OfType<VariantSelected>().LastOrDefault() is { } selected)
            output.WriteLine($"  {EventSentence.Of(selected)}");
    }

    /// <summary>The last step of each wave, and why it was let pass.</summary>
    private static void WritePassed(IReadOnlyList<RolloutEvent> events, TextWriter output)
    {
        foreach (var wave in events.OfType<StepPassed>().GroupBy(passed => passed.Cluster))
            output.WriteLine($"  {EventSentence.Of(wave.Last())}");
        if (events.OfType<RolloutCancelled>().LastOrDefault() is { } cancelled)
            output.WriteLine($"  {EventSentence.Of(cancelled)}");
    }

    private static void WriteWhereItStands(RolloutState state, Policy policy, TextWriter output)
    {
        foreach (var hold in state.Holds)
            output.WriteLine($"  held since {Time(hold.Since)}: {hold.Reason}");
        foreach (var open in state.Anomalies)
            output.WriteLine(
                $"  {open.Metric} in {open.Cluster} is anomalous and not expected to last: nothing grows meanwhile"
            );
        if (state is not { Step: { Phase: StepPhase.Baking } step, Wave: { } wave })
            return;
        output.WriteLine(
            $"  step {step.Index + 1} of {wave.CanarySteps.Count} in {wave} at {wave.CanarySteps[step.Index]} %: "
                + Baking(step, policy)
                + Next(state, step)
        );
    }

    private static string Next(RolloutState state, StepState step) =>
        state.IsHeld(HoldKind.Inconclusive)
            ? "; a person decides, by rollout.resumed, rollout.promoted or rollout.cancelled on canary.updates"
        : step.DecideAt is { } due ? $"; a verdict is due by {ReasonText.Clock(due)}"
        : "";

    private static string Baking(StepState step, Policy policy) =>
        step.RunningSince is { } since
            ? $"passes at {ReasonText.Clock(since + (policy.Bake - step.Baked))} at the earliest"
            : $"{ReasonText.Minutes(step.Baked.TotalMinutes)} of {ReasonText.Minutes(policy.Bake.TotalMinutes)} baked";

    /// <summary>What took out the version, in some clusters or everywhere, or one of its variants.</summary>
    private static List<RollbackEvidence> Deciding(IReadOnlyList<RolloutEvent> events) =>
        [
            .. events.OfType<VariantRolledBack>().SelectMany(rollback => rollback.Evidence),
            .. events.OfType<ClustersRolledBack>().SelectMany(rollback => rollback.Evidence),
            .. events.OfType<RollbackDecided>().SelectMany(rollback => rollback.Evidence),
        ];

    /// <summary>Anomalies that were let pass: why they were none to act on. One that rolled back in the end is told there.</summary>
    private static void WriteNoted(IReadOnlyList<RolloutEvent> events, Policy policy, TextWriter output)
    {
        var decided = Deciding(events);
        var noted = events
            .OfType<AnomalyNoted>()
            .Where(n => !decided.Exists(e => e.Cluster == n.Evidence.Cluster && e.Metric == n.Evidence.Metric))
            .ToList();
        foreach (var anomaly in noted.TakeLast(NotedMax))
        {
            output.WriteLine();
            output.WriteLine($"Noted {Time(anomaly.Time)} and not acted on, since it was not expected to last");
            WriteReasons(ReasonText.Of(anomaly.Evidence, anomaly.Time, policy), output);
            WriteChart(anomaly.Evidence, policy, output);
        }
        if (noted.Count > NotedMax)
            output.WriteLine($"  and {noted.Count - NotedMax} earlier anomalies: see the events");
    }

    private static void WriteStandings(IReadOnlyList<RolloutEvent> events, Policy policy, TextWriter output)
    {
        var deciding = Deciding(events);
        var standings = StandingTable.Furthest(
            events
                .SelectMany(StandingsOf)
                .Where(s => !deciding.Exists(e => (e.Cluster, e.Metric, e.Variant) == (s.Cluster, s.Metric, s.Variant)))
        );
        var split = events.OfType<RolloutPlanned>().LastOrDefault()?.Budget;
        output.WriteLine();
        output.WriteLine($"Budget: {Budget(split, policy)}");
        if (standings.Count == 0)
            return;
        var which = deciding.Count > 0 ? "How near the other metrics came" : "How near each metric came to a rollback";
        output.WriteLine($"{which} (the bar is full where it rolls back)");
        foreach (var line in StandingTable.Of(standings, policy))
            output.WriteLine($"  {line}");
    }

    private static IReadOnlyList<EvidenceStanding> StandingsOf(RolloutEvent happened) =>
        happened switch
        {
            StepPassed { Evidence: { } passed } => passed,
            RolloutHeld { Evidence: { } held } => held,
            RollbackDecided { Others: { } others } => others,
            ClustersRolledBack { Others: { } others } => others,
            VariantRolledBack { Others: { } others } => others,
            _ => [],
        };

    private static string Budget(BudgetSplit? split, Policy policy)
    {
        var total = $"{Figures.Percent(policy.FalseRollbackBudget)} for the rollout's whole life";
        if (split is null)
            return total;
        var synthetic = split.Synthetic > 0 ? $", {Figures.Percent(split.Synthetic)} to synthetic transactions" : "";
        return $"{total}; {Figures.Percent(split.Share)} to each of {split.Processes} metrics in a cluster{synthetic}";
    }

    private static void WriteReasons(IEnumerable<(string Name, string Text)> reasons, TextWriter output)
    {
        const int Names = 14;
        foreach (var (name, text) in reasons)
            output.WriteLine($"  {name.PadRight(Names)}{text}");
    }

    private static void WriteChart(RollbackEvidence evidence, Policy policy, TextWriter output)
    {
        var lines = TrailChart.Of(evidence, policy).ToList();
        if (lines.Count > 0)
            output.WriteLine();
        foreach (var line in lines)
            output.WriteLine($"  {line}");
    }

    private static string Time(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
