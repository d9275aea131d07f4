using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Rollouts;

/// <summary>
/// Sizes canaries by the traffic, as soon as stable has told it: what runs is grown or shrunk at once, and what is left begins
/// at the right size. A weight that changes begins its step anew, so that it has all of bake and <c>decideBy</c>. Steps that a
/// policy gives stay as they are.
/// </summary>
internal static class CanarySizing
{
    /// <summary>A sentence names no more of them.</summary>
    private const int NamedMax = 4;

    public static void Make(Draft draft, IReadOnlyList<Signal> signals)
    {
        var state = draft.State;
        if (state.Step is not { } step || state.Policy!.Steps is { Count: > 0 })
            return;
        // Stable tells its past in few buckets, and all are asked.
        if (!signals.Any(signal => signal.Baseline is not null) || !MayMove(state, signals))
            return;
        var told = Told(state, signals);
        if (told.Count == 0)
            return;
        var (plan, needs, scale) = (state.Plan!, NeedsOf(state, told), RiskScale.Of(state.Plan!.Model));
        var sized = new List<SizedCanary>();
        Wave wave;
        for (var first = step.Cluster; first < plan.Clusters.Count; first += wave.Clusters.Count)
        {
            wave = Wave.At(plan, first);
            var least = CanaryNeeds.Most(wave.Clusters.Select(cluster => cluster.Name), needs);
            var steps = CanarySteps.Of(scale, wave.Clusters[^1].Risk, least);
            if (first == step.Cluster)
                steps = CanarySteps.After(wave.First.Steps, step.Index, steps);
            foreach (var cluster in wave.Clusters)
            {
                if (told.TryGetValue(cluster.Name, out var need) || !steps.SequenceEqual(cluster.Steps))
                    sized.Add(new SizedCanary(cluster.Name, cluster.Steps, steps, need));
            }
        }
        draft.Add(new CanarySized(draft.Time, sized, Summary(sized)));
        Growth.Continue(draft);
    }

    /// <summary>What is known of the traffic: what stable has told, and where it hasn't what the requester said.</summary>
    public static IReadOnlyDictionary<string, CanaryNeed> NeedsOf(RolloutState state) => NeedsOf(state, []);

    private static Dictionary<string, CanaryNeed> NeedsOf(RolloutState state, Dictionary<string, CanaryNeed> told)
    {
        var needs = new Dictionary<string, CanaryNeed>(CanaryNeeds.Expected(state.Request!, state.Policy!));
        foreach (var need in state.Needs.Concat(told.Values))
            needs[need.Cluster] = need;
        return needs;
    }

    /// <summary>Nothing moves while it is held, or while anything speaks against the version; nor what no longer is a canary.</summary>
    private static bool MayMove(RolloutState state, IReadOnlyList<Signal> signals) =>
        state.IsCanaryStep
        && state.Holds.IsEmpty
        && !state.Anomalies.Any(open => state.Wave!.Has(open.Cluster))
        && !signals.Any(signal =>
            state.Wave!.Has(signal.Cluster)
            && Standings.IsOfCanary(signal, state)
            && (signal.Evidence!.IsAnomaly || Standings.IsSuspicious(signal))
        );

    /// <summary>Of the clusters that aren't promoted yet, those whose stable tells its past for the first time.</summary>
    private static Dictionary<string, CanaryNeed> Told(RolloutState state, IReadOnlyList<Signal> signals)
    {
        var told = new Dictionary<string, CanaryNeed>();
        var budget = Budget.Of(state.Request!, state.Policy!);
        // Until one is selected any wave may be the one in which they share the canary: the first may be taken out.
        var variants = Math.Max(1, state.RunningVariants.Count);
        var pasts = signals.Where(signal => signal.Baseline is not null).ToLookup(signal => signal.Cluster);
        foreach (var cluster in state.Clusters.Skip(state.Step!.Cluster))
        {
            if (!pasts.Contains(cluster.Name) || state.Needs.Any(need => need.Cluster == cluster.Name))
                continue;
            var ratios = new Dictionary<string, StableBaseline>();
            foreach (var signal in pasts[cluster.Name])
                ratios[signal.Metric] = signal.Baseline!;
            if (CanaryNeeds.Of(state.Policy!, cluster.Name, ratios, budget, variants) is { } need)
                told[cluster.Name] = need;
        }
        return told;
    }

    private static string Summary(List<SizedCanary> sized)
    {
        var changed = sized.Where(one => !one.Before.SequenceEqual(one.After)).ToList();
        var shown = (changed.Count > 0 ? changed : sized).Take(NamedMax).Select(Sentence);
        var more = Math.Max(changed.Count, changed.Count > 0 ? 0 : sized.Count) - NamedMax;
        return string.Join("; ", shown) + (more > 0 ? $"; and {more} more" : "");
    }

    private static string Sentence(SizedCanary one)
    {
        var (before, after) = (Steps(one.Before), Steps(one.After));
        var size = before == after ? $"stays at {after} %" : $"{before} % becomes {after} %";
        var why = one.Need is { } need ? CanaryNeedSentence.Of(need) : "as the others of its wave";
        return $"{one.Cluster}: {size}: {why}";
    }

    private static string Steps(IReadOnlyList<int> steps) => string.Join("→", steps);
}
