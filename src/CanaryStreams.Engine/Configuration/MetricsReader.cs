using CanaryStreams.Core.Policies;

namespace CanaryStreams.Engine.Configuration;

/// <summary>
/// Reads <c>metrics</c> of one policy. A metric takes what it leaves out from the inherited metric of its name, else
/// from the built-in one; a metric that nobody knows must have <c>kind</c> and <c>minEffect</c>.
/// </summary>
internal static class MetricsReader
{
    public static IReadOnlyList<MetricPolicy> Read(SectionReader policy, IReadOnlyList<MetricPolicy> inherited)
    {
        var section = policy.Section("metrics");
        if (!policy.Has("metrics"))
            return inherited;
        if (section.Entries.Count > Limits.MetricsMax)
            policy.Error("metrics", $"has {section.Entries.Count} metrics; at most {Limits.MetricsMax} are allowed");
        var metrics = new List<MetricPolicy>();
        foreach (var name in section.Entries.Select(entry => entry.Key))
        {
            var known = Find(inherited, name) ?? Find(Policy.DefaultMetrics, name);
            if (Metric(section, name, known) is { } metric)
                metrics.Add(metric);
        }
        return metrics;
    }

    private static MetricPolicy? Find(IReadOnlyList<MetricPolicy> metrics, string name) =>
        metrics.FirstOrDefault(metric => string.Equals(metric.Name, name, StringComparison.Ordinal));

    private static MetricPolicy? Metric(SectionReader metrics, string name, MetricPolicy? left)
    {
        var section = metrics.Section(name);
        var kind =
            section.OneOf<MetricKind>(
                "kind",
                ("ratio", MetricKind.Ratio),
                ("mean", MetricKind.Mean),
                ("gauge", MetricKind.Gauge)
            ) ?? left?.Kind;
        var worse =
            section.OneOf<Worse>("worse", ("up", Worse.Up), ("down", Worse.Down), ("both", Worse.Both))
            ?? left?.Worse
            ?? Worse.Up;
        var effect = section.Effect("minEffect") ?? left?.MinEffect;
        section.Done();
        if (kind is null && !section.Has("kind"))
            metrics.Error(name, "needs a kind: ratio, mean or gauge");
        if (effect is null && !section.Has("minEffect"))
            metrics.Error(name, "needs a minEffect, such as 0.002 or 5%");
        if (kind == MetricKind.Ratio && effect is { Relative: false, Size: >= 1 })
            section.Error("minEffect", $"{effect.Value.Size} must be below 1: the metric is a ratio");
        return kind is { } known && effect is { } size ? new MetricPolicy(name, known, worse, size) : null;
    }
}
