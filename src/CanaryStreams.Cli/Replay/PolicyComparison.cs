using CanaryStreams.Core.Rollouts;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Cli.Replay;

/// <summary>One rollout as two files' policies decide it.</summary>
internal sealed record DecisionPair(string Rollout, ReplayDecision Ours, ReplayDecision Theirs)
{
    public const char Same = '=';

    /// <summary>≠: another outcome; ~: the same one at another time or for another reason; =: the same.</summary>
    public char Mark =>
        Ours.What != Theirs.What ? '≠'
        : Ours != Theirs ? '~'
        : Same;
}

/// <summary>What two files' policies make of the same records, side by side.</summary>
internal static class PolicyComparison
{
    /// <summary>In the order in which the rollouts were requested under the first; those that only the second knows last.</summary>
    public static IReadOnlyList<DecisionPair> Of(RolloutReader ours, RolloutReader theirs) =>
        [
            .. ours.List()
                .Concat(theirs.List())
                .Select(rollout => rollout.Rollout)
                .Distinct()
                .Select(rollout => new DecisionPair(rollout, Decision(ours, rollout), Decision(theirs, rollout))),
        ];

    public static void Write(IReadOnlyList<DecisionPair> pairs, string ours, string theirs, TextWriter output)
    {
        output.WriteLine($"What {ours} (A) and {theirs} (B) decide; ≠ another outcome, ~ another time or reason");
        var rows = pairs
            .OrderBy(pair => "≠~=".IndexOf(pair.Mark))
            .Select(pair => (Mark: $"{pair.Mark}", pair.Rollout, Ours: $"{pair.Ours}", Theirs: $"{pair.Theirs}"))
            .Prepend((Mark: " ", Rollout: "ROLLOUT", Ours: "A", Theirs: "B"))
            .ToList();
        var (names, first) = (rows.Max(row => row.Rollout.Length), rows.Max(row => row.Ours.Length));
        foreach (var row in rows)
            output.WriteLine($"{row.Mark} {row.Rollout.PadRight(names)}  {row.Ours.PadRight(first)}  {row.Theirs}");
        output.WriteLine();
        WriteTotals(pairs, output);
    }

    private static void WriteTotals(IReadOnlyList<DecisionPair> pairs, TextWriter output)
    {
        var outcomes = pairs
            .SelectMany(pair => new[] { pair.Ours.What, pair.Theirs.What })
            .Distinct()
            .Order(StringComparer.Ordinal);
        foreach (var what in outcomes)
            Total(what, pairs.Count(pair => pair.Ours.What == what), pairs.Count(pair => pair.Theirs.What == what));
        Total(
            "median minutes to a rollback",
            Median(pairs.Select(pair => pair.Ours)),
            Median(pairs.Select(pair => pair.Theirs))
        );
        var onlyOurs = pairs.Count(pair => IsBack(pair.Ours) && !IsBack(pair.Theirs));
        var onlyTheirs = pairs.Count(pair => !IsBack(pair.Ours) && IsBack(pair.Theirs));
        output.WriteLine(
            $"{pairs.Count(pair => pair.Mark == '≠')} of {pairs.Count} come out otherwise; rolled back by A alone {onlyOurs}, "
                + $"by B alone {onlyTheirs}"
        );

        void Total(string what, object a, object b) => output.WriteLine($"{what, -30}A {a, 6}   B {b, 6}");
    }

    private static ReplayDecision Decision(RolloutReader reader, string rollout) =>
        ReplayDecision.Of([.. reader.Events(rollout).Select(journalled => journalled.Happened)]);

    private static bool IsBack(ReplayDecision decision) => decision.What == ReplayDecision.RolledBack;

    private static string Median(IEnumerable<ReplayDecision> decisions)
    {
        var minutes = decisions.Where(IsBack).Select(decision => decision.AfterMinutes!.Value).Order().ToList();
        return minutes.Count == 0
            ? "-"
            : Figures.Significant((minutes[(minutes.Count - 1) / 2] + minutes[minutes.Count / 2]) / 2);
    }
}
