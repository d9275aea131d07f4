using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Says once, as soon as stable's past is known, what the rollout will be able to see.</summary>
internal static class OutlookStatement
{
    public static void Make(Draft draft, IReadOnlyList<Signal> signals)
    {
        var state = draft.State;
        if (state.Outlook is not null || state.Plan is not { } plan || state.Forced)
            return;
        var first = state.Wave?.First ?? plan.Clusters[0];
        var ratios = new Dictionary<string, StableBaseline>();
        var pairsPerMinute = 0.0;
        foreach (var signal in signals)
        {
            if (signal.Cluster != first.Name || signal.Baseline is not { } baseline)
                continue;
            if (SyntheticMetrics.TransactionOf(signal.Metric) is not null)
                pairsPerMinute = Math.Max(pairsPerMinute, baseline.PerMinute);
            else
                ratios[signal.Metric] = baseline;
        }
        if (!state.Policy!.Metrics.Any(metric => metric.Kind == MetricKind.Ratio && ratios.ContainsKey(metric.Name)))
            return;
        var outlook = Outlooks.Of(
            state.Policy,
            first,
            ratios,
            pairsPerMinute,
            Budget.Of(state.Request!, state.Policy),
            Math.Max(1, state.Request!.Variants.Count)
        );
        draft.Add(new OutlookStated(draft.Time, outlook, OutlookSentence.Of(outlook)));
    }
}
