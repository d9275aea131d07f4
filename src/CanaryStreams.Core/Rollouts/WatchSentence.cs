using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Says how a watch ended.</summary>
internal static class WatchSentence
{
    /// <param name="harmful">At least one; the deciding one first.</param>
    public static string OfRollback(RolloutState state, DateTimeOffset time, IReadOnlyList<RollbackEvidence> harmful)
    {
        var (request, policy, e) = (state.Request!, state.Policy!, harmful[0]);
        var noted = state.Anomalies.First(open => open.Cluster == e.Cluster && open.Metric == e.Metric).NotedAt!.Value;
        var more = harmful.Count == 1 ? "" : $"; {harmful.Count - 1} other signal(s) are over their thresholds too";
        return $"{request.App} {request.Version} rolled back everywhere while it was watched: {e.Metric} in {e.Cluster} is "
            + $"{Figures.Effect(e.Metric, e.Effect, e.EffectLower, e.EffectUpper, policy, "what was expected before it was promoted")}, "
            + $"noted {noted.ToUniversalTime():HH:mm} and not over after {Inconclusiveness.Minutes(time - noted)}, "
            + $"e-value {Figures.EValue(e.EValue)} against {Figures.EValue(e.EThreshold)}, "
            + $"P(sustained) {e.PSustained:0.00} against {e.PThreshold:0.00}{more}";
    }

    /// <param name="judged">Of the last bucket.</param>
    public static string Of(RolloutState state, IReadOnlyList<Signal> judged)
    {
        var unseen = state
            .Clusters.Where(c => c.Withdrawn is null && judged.All(s => s.Cluster != c.Name))
            .Select(c => c.Name)
            .ToList();
        return $"watched for {Watched(state)}{Open(state)}"
            + (unseen.Count == 0 ? "" : $"; nothing could be judged at its end in {string.Join(", ", unseen)}");
    }

    public static string OfSilence(RolloutState state, DateTimeOffset? observedUntil)
    {
        var heard = observedUntil ?? state.ObservedUntil;
        var since = heard is { } until ? $"since {until.ToUniversalTime():HH:mm}" : "in it";
        return $"watched for {Watched(state)}; nothing was heard {since}{Open(state)}";
    }

    public static string CutShort(RolloutState state, DateTimeOffset time, string why)
    {
        var left = state.Watch!.Until - time;
        var early = left > TimeSpan.Zero ? $", {Inconclusiveness.Minutes(left)} early" : "";
        return $"its watch was {why}{early}{Open(state)}";
    }

    /// <summary>Whoever goes on from here should know what was noted and isn't over.</summary>
    private static string Open(RolloutState state)
    {
        var open = state.Anomalies.Select(anomaly => $"{anomaly.Metric} in {anomaly.Cluster}").ToList();
        return open.Count == 0 ? "" : $"; {string.Join(", ", open)} is unusual, and not so that it rolls back";
    }

    private static string Watched(RolloutState state) =>
        Inconclusiveness.Minutes(state.Watch!.Until - state.Watch.Since);
}
