using CanaryStreams.Core.Simulation.Fleet;

namespace CanaryStreams.Cli.Planning;

/// <summary>How the ways of planning did, as tables in Markdown.</summary>
/// <param name="names">Of the ways; the first one is what the others are compared with.</param>
internal sealed class PlanningReport(IReadOnlyList<string> names, int rollouts, TextWriter output)
{
    /// <summary>Rollouts that make one point of the curve.</summary>
    private const int BlockSize = 50;
    private const int Columns = 13;

    /// <param name="bySeed">For each way the results of the same updates in the same order.</param>
    public void Write(IReadOnlyDictionary<ulong, IReadOnlyList<IReadOnlyList<FleetResult>>> bySeed)
    {
        output.WriteLine(
            $"Seeds {string.Join(", ", bySeed.Keys)}, {rollouts} rollouts each; changes are against {names[0]}, with 95 % "
                + "intervals of a paired bootstrap over updates. The same numbers give the same tables."
        );
        WriteHead();
        foreach (var (seed, arms) in bySeed)
            for (var arm = 0; arm < arms.Count; arm++)
                WriteRow($"{seed}", arm, arms, seed);
        var pooled = names.Select((_, arm) => bySeed.Values.SelectMany(arms => arms[arm]).ToList()).ToList();
        for (var arm = 0; arm < pooled.Count; arm++)
            WriteRow("**all**", arm, pooled, seed: 0);
        WriteCurve(bySeed.Values);
        WriteRisks(bySeed.Values);
    }

    private void WriteHead()
    {
        output.WriteLine();
        output.WriteLine(
            "| seed | planning | bad updates | requests that met one | change | with missed ones until the incident | change | minutes to promotion | change "
                + "| false rollbacks | bad promoted | unfinished | minutes to detection |"
        );
        output.WriteLine($"|{string.Concat(Enumerable.Repeat("---|", Columns))}");
    }

    private void WriteRow(string label, int arm, IReadOnlyList<IReadOnlyList<FleetResult>> arms, ulong seed)
    {
        var measures = FleetMeasures.Of(arms[arm]);
        string[] cells =
        [
            label,
            names[arm],
            $"{measures.Bad} of {measures.Rollouts}",
            $"{measures.MetFault:0}",
            Change(FleetMeasures.MetFaultOf),
            $"{measures.MetInAll:0}",
            Change(FleetMeasures.MetInAllOf),
            $"{measures.MinutesToPromotion:0.0}",
            Change(FleetMeasures.MinutesToPromotionOf),
            $"{measures.FalseRollbacks} ({100.0 * measures.FalseRollbacks / measures.Rollouts:0.0} %)",
            $"{measures.Missed}",
            $"{measures.Unfinished}",
            $"{measures.DetectionMinutes:0.0}",
        ];
        output.WriteLine($"| {string.Join(" | ", cells)} |");

        string Change(Func<IEnumerable<FleetResult>, double> measure) =>
            arm == 0 ? "" : Text(PairedBootstrap.Compare(arms[arm], arms[0], measure, seed));
    }

    /// <summary>Learning shows as a fall along the rows; a way that learns nothing stays level but for chance.</summary>
    private void WriteCurve(IEnumerable<IReadOnlyList<IReadOnlyList<FleetResult>>> seeds)
    {
        output.WriteLine();
        output.WriteLine($"| rollouts | {string.Join(" | ", names.Select(name => $"{name}: met, minutes"))} |");
        output.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---|", names.Count))}");
        for (var from = 0; from < rollouts; from += BlockSize)
        {
            var cells = names.Select(
                (_, arm) =>
                {
                    var block = seeds.SelectMany(arms => arms[arm].Skip(from).Take(BlockSize)).ToList();
                    var measures = FleetMeasures.Of(block);
                    return $"{measures.MetFault:0}, {measures.MinutesToPromotion:0.0}";
                }
            );
            output.WriteLine($"| {from + 1}–{Math.Min(from + BlockSize, rollouts)} | {string.Join(" | ", cells)} |");
        }
    }

    /// <summary>What plans predicted and in which order they put clusters, once there was something to learn from.</summary>
    private void WriteRisks(IEnumerable<IReadOnlyList<IReadOnlyList<FleetResult>>> seeds)
    {
        output.WriteLine();
        output.WriteLine(
            $"| risk of a cluster, after {BlockSize} rollouts | cases | Brier skill | predicted → hurt, by tenths | vulnerable clusters last |"
        );
        output.WriteLine("|---|---|---|---|---|");
        for (var arm = 0; arm < names.Count; arm++)
        {
            var later = seeds.SelectMany(arms => arms[arm].Skip(BlockSize)).ToList();
            var (first, last) = (RiskCalibration.Of(later, r => r.FirstPlan), RiskCalibration.Of(later, r => r.Plan));
            WriteRisk($"{names[arm]}, before each rollout", first);
            // Only who revises plans has others at the end.
            if (last.BrierSkill != first.BrierSkill)
                WriteRisk($"{names[arm]}, when each had ended", last);
        }
    }

    private void WriteRisk(string label, RiskCalibration plans)
    {
        var deciles = plans.Deciles.Select(one => $"{one.Predicted:0.00} → {one.Observed:0.00} ({one.Cases})");
        output.WriteLine(
            $"| {label} | {plans.Cases} | {plans.BrierSkill:0.00} | {string.Join(", ", deciles)} | "
                + $"{plans.VulnerableLast} of {plans.PartlyHurt} |"
        );
    }

    private static string Text(RelativeChange change) =>
        $"{Percent(change.Change)} ({Percent(change.Lower)} … {Percent(change.Upper)})";

    private static string Percent(double share) =>
        $"{(share > 0 ? "+" : share < 0 ? "−" : "")}{Math.Abs(100 * share):0} %";
}
