using CanaryStreams.Core.Forecast;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Cli.Verdicts;

/// <summary>The verdicts of all judges as tables, in Markdown.</summary>
internal static class VerdictReport
{
    public static string Head(IReadOnlyList<ulong> seeds, int rollouts) =>
        $"Seeds {string.Join(", ", seeds)}, {rollouts} rollouts of all families each and a fifth as many earlier ones; "
        + "the same numbers give the same tables.";

    public static void Write(VerdictCondition condition, JudgedRollouts judged, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"### {condition.Title}");
        WriteFalse(condition, judged, output);
        if (condition.Families.Any(family => family.IsFaulty()))
            WriteCaught(condition, judged, output);
    }

    private static void WriteFalse(VerdictCondition condition, JudgedRollouts judged, TextWriter output)
    {
        WriteHead("rolled back falsely", output);
        foreach (var family in condition.Families.Where(family => !family.IsFaulty()))
            WriteRow(
                family.Name(),
                judged.Where(one => one.Family == family),
                verdicts => Share(False(verdicts)),
                output
            );
        WriteRow(
            "**all healthy**",
            judged.Where(one => !one.Family.IsFaulty()),
            verdicts => $"**{verdicts.Count(verdict => verdict.IsFalse)} ({Share(False(verdicts))})**",
            output
        );
        var before = judged.Where(one => one.OnsetMinute > 0);
        if (before.Verdicts[0].Count > 0)
            WriteRow("faulty ones, before the fault", before, verdicts => Share(False(verdicts)), output);
    }

    private static void WriteCaught(VerdictCondition condition, JudgedRollouts judged, TextWriter output)
    {
        var faulty = condition.Families.Where(family => family.IsFaulty()).ToList();
        WriteHead("caught: share, median minutes from the fault's beginning", output);
        foreach (var family in faulty)
        {
            var all = judged.Where(one => one.Family == family);
            WriteRow($"{family.Name()}, from the start", all.Where(one => one.OnsetMinute == 0), Caught, output);
            WriteRow($"{family.Name()}, in the middle", all.Where(one => one.OnsetMinute > 0), Caught, output);
        }
        var growing = faulty
            .Select(family => (Family: family, Judged: judged.Where(one => one.Family == family)))
            .Where(one => one.Judged.Verdicts[0].Any(v => v.Rollout.HurtsAtMinute > v.Rollout.OnsetMinute))
            .ToList();
        if (growing.Count == 0)
            return;
        WriteHead("minutes ahead of the harm: median, least (negative: behind it)", output);
        foreach (var (family, rollouts) in growing)
            WriteRow(family.Name(), rollouts, Lead, output);
    }

    private static void WriteHead(string what, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"| {what} | rollouts | {string.Join(" | ", VerdictJudges.Names)} |");
        output.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---|", VerdictJudges.Names.Count + 1))}");
    }

    /// <summary>Nothing where there are no such rollouts.</summary>
    private static void WriteRow(
        string what,
        JudgedRollouts judged,
        Func<IReadOnlyList<Verdict>, string> cell,
        TextWriter output
    )
    {
        var rollouts = judged.Verdicts[0].Count;
        if (rollouts > 0)
            output.WriteLine($"| {what} | {rollouts} | {string.Join(" | ", judged.Verdicts.Select(cell))} |");
    }

    private static double False(IReadOnlyList<Verdict> verdicts) =>
        (double)verdicts.Count(verdict => verdict.IsFalse) / verdicts.Count;

    private static string Caught(IReadOnlyList<Verdict> verdicts)
    {
        var delays = verdicts.Select(verdict => verdict.Delay).OfType<double>().ToList();
        return $"{100.0 * delays.Count / verdicts.Count:0.0} %"
            + (delays.Count > 0 ? $", {Median(delays):0.#} min" : "");
    }

    private static string Lead(IReadOnlyList<Verdict> verdicts)
    {
        var leads = verdicts.Select(verdict => verdict.Lead).OfType<double>().ToList();
        return leads.Count > 0 ? $"{Median(leads):0.#}, {leads.Min():0.#}" : "–";
    }

    private static string Share(double share) => $"{100 * share:0.00} %";

    private static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}
