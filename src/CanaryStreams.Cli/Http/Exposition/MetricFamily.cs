using System.Diagnostics.Metrics;

namespace CanaryStreams.Cli.Http.Exposition;

/// <summary>All series of one instrument. Bounded: beyond <see cref="SeriesMax"/> they share one that says so.</summary>
internal sealed class MetricFamily
{
    /// <summary>Series of a family; four topics of 1 024 partitions have their own.</summary>
    public const int SeriesMax = 5_000;

    /// <summary>As OpenTelemetry names the series of what has no room.</summary>
    private const string Overflow = "otel_metric_overflow=\"true\"";

    private static readonly Type[] Adding = [typeof(Counter<>), typeof(UpDownCounter<>)];
    private static readonly Type[] Growing = [typeof(Counter<>), typeof(ObservableCounter<>)];

    /// <summary>Counters by the runtime's declaration, though they rise and fall.</summary>
    private static readonly string[] Misdeclared =
    [
        "dotnet.thread_pool.queue.length",
        "dotnet.thread_pool.thread.count",
    ];

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);
    private readonly string _help;
    private readonly bool _isObserved;
    private readonly bool _isCounter;
    private readonly bool _adds;
    private readonly double[]? _bounds;

    private MetricFamily(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        _isCounter = Growing.Contains(type) && !Misdeclared.Contains(instrument.Name);
        _adds = Adding.Contains(type);
        _isObserved = instrument.IsObservable;
        _bounds = type == typeof(Histogram<>) ? BoundsOf(instrument) : null;
        _help = instrument.Description ?? "";
        Name = ExpositionNames.Metric(instrument, _isCounter);
    }

    public string Name { get; }

    public static MetricFamily Of(Instrument instrument) => new(instrument);

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = ExpositionWriter.Labels(tags);
        lock (_lock)
        {
            var series = SeriesOf(labels);
            if (_adds)
                series.Add(value);
            else if (_bounds is null)
                series.Set(value);
            else
                series.Observe(value);
        }
    }

    /// <summary>A series that isn't observed any more has gone.</summary>
    public void ForgetObserved()
    {
        if (!_isObserved)
            return;
        lock (_lock)
            _series.Clear();
    }

    /// <summary>Nothing for a family without a series.</summary>
    public void WriteTo(ExpositionWriter writer)
    {
        lock (_lock)
        {
            if (_series.Count == 0)
                return;
            writer.Family(
                Name,
                _help,
                _bounds is not null ? "histogram"
                    : _isCounter ? "counter"
                    : "gauge"
            );
            foreach (var (labels, series) in _series)
                series.WriteTo(writer, Name, labels);
        }
    }

    private MetricSeries SeriesOf(string labels)
    {
        if (_series.TryGetValue(labels, out var known))
            return known;
        if (_series.Count >= SeriesMax)
            labels = Overflow;
        if (!_series.TryGetValue(labels, out var series))
            _series[labels] = series = new MetricSeries(_bounds);
        return series;
    }

    /// <summary>The bounds that the instrument advises; without, all is one bucket, and count and sum remain.</summary>
    private static double[] BoundsOf(Instrument instrument) =>
        instrument switch
        {
            Histogram<double> histogram => [.. histogram.Advice?.HistogramBucketBoundaries ?? []],
            Histogram<long> histogram => [.. histogram.Advice?.HistogramBucketBoundaries?.Select(b => (double)b) ?? []],
            _ => [],
        };
}
