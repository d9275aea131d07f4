using System.Text;

namespace CanaryStreams.Core.Telemetry;

/// <summary>A <see cref="SeriesKey"/> as it stands in a record: spans of UTF-8, no strings.</summary>
public ref struct SeriesKeyBytes
{
    public ReadOnlySpan<byte> App { get; set; }
    public ReadOnlySpan<byte> Cluster { get; set; }
    public ReadOnlySpan<byte> Version { get; set; }
    public Track Track { get; set; }

    /// <summary>Empty where there is none.</summary>
    public ReadOnlySpan<byte> Variant { get; set; }
    public ReadOnlySpan<byte> Metric { get; set; }

    public readonly SeriesKey ToSeriesKey() =>
        new(
            Encoding.UTF8.GetString(App),
            Encoding.UTF8.GetString(Cluster),
            Encoding.UTF8.GetString(Version),
            Track,
            Variant.IsEmpty ? null : Encoding.UTF8.GetString(Variant),
            Encoding.UTF8.GetString(Metric)
        );
}
