using CanaryStreams.Core.Forecast;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Cli.Verdicts;

/// <summary>The verdicts of all judges on the same rollouts.</summary>
/// <param name="Verdicts">One list for each of <see cref="VerdictJudges.Names"/>.</param>
internal sealed record JudgedRollouts(IReadOnlyList<IReadOnlyList<Verdict>> Verdicts)
{
    public static JudgedRollouts Pool(IEnumerable<JudgedRollouts> parts)
    {
        var all = parts.ToList();
        return new JudgedRollouts([
            .. Enumerable
                .Range(0, VerdictJudges.Names.Count)
                .Select(judge => (IReadOnlyList<Verdict>)[.. all.SelectMany(part => part.Verdicts[judge])]),
        ]);
    }

    public JudgedRollouts Where(Func<SimulatedRollout, bool> isMeant) =>
        new([.. Verdicts.Select(verdicts => (IReadOnlyList<Verdict>)[.. verdicts.Where(v => isMeant(v.Rollout))])]);
}

/// <summary>Has the same recorded file judged by everybody.</summary>
internal static class VerdictJudges
{
    public static IReadOnlyList<string> Names { get; } =
    ["CanaryStreams", "the same, `fleet: off`", "Mann-Whitney", "thresholds"];

    /// <param name="folder">Of this file alone; the engine's output goes there.</param>
    public static async Task<JudgedRollouts> JudgeAsync(
        SimulatedFleet fleet,
        string folder,
        string input,
        CancellationToken stop
    )
    {
        var recorded = RecordedRollouts.Read(input, fleet.Rollouts.Select(rollout => rollout.Rollout).ToHashSet());
        var learning = await EngineJudge.RollBacksAsync(folder, input, fleet: true, stop);
        var alone = await EngineJudge.RollBacksAsync(folder, input, fleet: false, stop);
        return new JudgedRollouts([
            By(one => MinuteOf(learning, one)),
            By(one => MinuteOf(alone, one)),
            By(MannWhitneyJudge.RollBackMinute),
            By(ThresholdJudge.RollBackMinute),
        ]);

        IReadOnlyList<Verdict> By(Func<RecordedRollout, double?> judge) =>
            [.. fleet.Rollouts.Select(rollout => new Verdict(rollout, judge(recorded[rollout.Rollout]), Series: null))];
    }

    private static double? MinuteOf(IReadOnlyDictionary<string, long> rollBacks, RecordedRollout rollout) =>
        rollBacks.TryGetValue(rollout.Rollout, out var timeMs) ? (timeMs - rollout.StartMs) / 60_000.0 : null;
}
