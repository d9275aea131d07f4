using System.Text;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>
/// OTLP data points to measurements. <c>service.name</c> → app, <c>service.version</c> → version,
/// <c>k8s.cluster.name</c>, else <c>deployment.environment.name</c> → cluster, <c>canary.track</c> → track,
/// <c>canary.variant</c> → variant; an attribute of the data point goes before the resource's. All points of a metric
/// are one series, whatever their other attributes.
/// <para>
/// A gauge and a delta sum give their value with count 1, a delta histogram its mean with its count. Cumulative ones
/// are refused with advice rather than differenced: that needs a memory of each producer's last point, which a restart
/// or rebalance loses, and a wrong difference looks like an incident.
/// </para>
/// </summary>
internal sealed class OtlpPoints(MeasurementSink sink)
{
    public void Add(List<OtlpResource> resources)
    {
        var points = 0;
        foreach (var resource in resources)
        {
            foreach (var metric in resource.Metrics)
            {
                var name = Encoding.UTF8.GetBytes(metric.Name);
                points += metric.Points.Count;
                foreach (var point in metric.Points)
                    Add(resource.Labels, metric, name, point);
            }
        }
        if (points == 0)
            sink.Rejects.Count("the OTLP metrics hold no data point");
    }

    private void Add(OtlpLabels resource, OtlpMetric metric, byte[] name, OtlpPoint point)
    {
        var isHistogram = metric.Kind is OtlpKind.Histogram or OtlpKind.ExponentialHistogram;
        if (point.IsGap || (isHistogram && point.Count == 0))
        {
            sink.Skip();
            return;
        }
        var reason = Refusal(metric, point) ?? Missing(resource, point.Labels);
        if (reason is null)
        {
            var sum = point.Value!.Value;
            var draft = new MeasurementDraft
            {
                App = point.Labels.App ?? resource.App,
                Cluster = point.Labels.Cluster ?? resource.Cluster,
                Version = point.Labels.Version ?? resource.Version,
                Track = point.Labels.Track ?? resource.Track,
                Variant = point.Labels.Variant ?? resource.Variant,
                Metric = name,
                TimeMs = (long)(point.TimeUnixNano / 1_000_000),
                Value = isHistogram ? sum / point.Count : sum,
                Count = point.Count,
            };
            reason = sink.TryAdd(in draft);
        }
        if (reason is not null)
            sink.Rejects.Count($"metric {Shown.Text(metric.Name)}: {reason}");
    }

    private static string? Refusal(OtlpMetric metric, OtlpPoint point)
    {
        switch (metric.Kind)
        {
            case OtlpKind.Unknown:
                return "it is no gauge, sum or histogram";
            case OtlpKind.Summary:
                return "a summary counts since the process started; export a histogram with delta temporality";
            case not OtlpKind.Gauge when metric.Temporality != OtlpTemporality.Delta:
                return "it is cumulative; export it with delta temporality"
                    + " (OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta, or the collector's cumulativetodelta)";
            default:
                return point.Value is null ? "the data point has no value (of a histogram: no sum)" : null;
        }
    }

    private static string? Missing(OtlpLabels resource, OtlpLabels point)
    {
        if ((point.App ?? resource.App) is null)
            return "attribute service.name (the app) is missing";
        if ((point.Version ?? resource.Version) is null)
            return "attribute service.version is missing";
        if ((point.Cluster ?? resource.Cluster) is null)
            return "attributes k8s.cluster.name and deployment.environment.name (the cluster) are missing";
        return (point.Track ?? resource.Track) is null ? "attribute canary.track is missing" : null;
    }
}
