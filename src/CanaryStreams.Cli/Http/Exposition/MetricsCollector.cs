using System.Diagnostics.Metrics;

namespace CanaryStreams.Cli.Http.Exposition;

/// <summary>
/// Listens to a meter, and to the few instruments of the runtime that tell how the process is, and gives what they have
/// come to. Counts begin with the collector, so it is made before anything counts.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    private static readonly string[] OfTheRuntime =
    [
        "dotnet.gc.collections",
        "dotnet.gc.heap.total_allocated",
        "dotnet.gc.last_collection.heap.size",
        "dotnet.gc.pause.time",
        "dotnet.process.cpu.time",
        "dotnet.process.memory.working_set",
        "dotnet.thread_pool.queue.length",
        "dotnet.thread_pool.thread.count",
    ];

    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);

    public MetricsCollector(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter || IsOfTheRuntime(instrument))
                listener.EnableMeasurementEvents(instrument, FamilyOf(instrument));
        };
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Measure(state, value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Measure(state, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Measure(state, value, tags));
        _listener.Start();
    }

    /// <summary>All families by name, in the exposition format.</summary>
    public string Collect()
    {
        var writer = new ExpositionWriter();
        // One at a time: what is observed is gathered for whoever asked.
        lock (_lock)
        {
            foreach (var family in _families.Values)
                family.ForgetObserved();
            _listener.RecordObservableInstruments();
            foreach (var family in _families.Values)
                family.WriteTo(writer);
        }
        return writer.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static bool IsOfTheRuntime(Instrument instrument) =>
        instrument.Meter.Name == "System.Runtime" && OfTheRuntime.Contains(instrument.Name);

    private MetricFamily FamilyOf(Instrument instrument)
    {
        var family = MetricFamily.Of(instrument);
        lock (_lock)
        {
            if (_families.TryAdd(family.Name, family))
                return family;
            return _families[family.Name];
        }
    }

    private static void Measure(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((MetricFamily)family!).Measure(value, tags);
}
