using System.Text;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>The kinds of OTLP metrics (opentelemetry/proto/metrics/v1/metrics.proto).</summary>
internal enum OtlpKind
{
    Unknown,
    Gauge,
    Sum,
    Histogram,
    ExponentialHistogram,
    Summary,
}

/// <summary>What a sum or a histogram counts from; the numbers are the protocol's.</summary>
internal enum OtlpTemporality
{
    Unspecified = 0,
    Delta = 1,
    Cumulative = 2,
}

/// <summary>The attributes that say whose measurement it is; all others are ignored.</summary>
internal sealed class OtlpLabels
{
    private byte[]? _clusterOfKubernetes;
    private byte[]? _environment;

    public byte[]? App { get; private set; }
    public byte[]? Version { get; private set; }
    public byte[]? Track { get; private set; }
    public byte[]? Variant { get; private set; }
    public byte[]? Cluster => _clusterOfKubernetes ?? _environment;

    public void Set(string key, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        switch (key)
        {
            case "service.name":
                App = bytes;
                break;
            case "service.version":
                Version = bytes;
                break;
            case "k8s.cluster.name":
                _clusterOfKubernetes = bytes;
                break;
            case "deployment.environment.name":
                _environment = bytes;
                break;
            case "canary.track":
                Track = bytes;
                break;
            case "canary.variant":
                Variant = bytes;
                break;
        }
    }
}

/// <summary>One data point.</summary>
/// <param name="Value">The value of a gauge or sum; of a histogram the sum of its observations, null where it was left out.</param>
/// <param name="Count">Observations of a histogram; 1 otherwise.</param>
/// <param name="IsGap">The exporter says that there is no value here (the flag "no recorded value").</param>
internal sealed record OtlpPoint(OtlpLabels Labels, ulong TimeUnixNano, double? Value, double Count, bool IsGap);

/// <summary>One metric of a resource.</summary>
internal sealed class OtlpMetric
{
    public string Name { get; set; } = "";
    public OtlpKind Kind { get; set; }
    public OtlpTemporality Temporality { get; set; }
    public List<OtlpPoint> Points { get; } = [];
}

/// <summary>What one resource (a process of a service) measured.</summary>
internal sealed class OtlpResource
{
    public OtlpLabels Labels { get; } = new();
    public List<OtlpMetric> Metrics { get; } = [];
}
