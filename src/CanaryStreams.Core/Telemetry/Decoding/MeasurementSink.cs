namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>Takes the drafts of one record, whatever its encoding: checks each and adds it to the caller's list.</summary>
internal sealed class MeasurementSink(SeriesTable series, DecodingLimits limits, RecordRejects rejects)
{
    private List<Measurement> _measurements = [];
    private ReadOnlyMemory<byte> _key;
    private long _nowMs;
    private int _start;
    private readonly List<Measurement> _unusable = [];

    public RecordRejects Rejects => rejects;

    public int Accepted => _measurements.Count - _start;

    /// <summary>What was refused of this record for its value alone, each with NaN over nothing in the place of it.</summary>
    public IReadOnlyList<Measurement> Unusable => _unusable;

    /// <summary>Elements of this record that are in order and say nothing, such as a histogram without observations.</summary>
    public int Skipped { get; private set; }

    public void Begin(in RawRecord record, long nowMs, List<Measurement> measurements)
    {
        _measurements = measurements;
        _key = record.Key;
        _nowMs = nowMs;
        _start = measurements.Count;
        Skipped = 0;
        _unusable.Clear();
    }

    public void Skip() => Skipped++;

    /// <summary>Forgets what was accepted beyond the first <paramref name="accepted"/> of this record.</summary>
    public void RollBackTo(int accepted)
    {
        _measurements.RemoveRange(_start + accepted, Accepted - accepted);
        _unusable.Clear();
    }

    /// <summary>Null, or why the draft is refused.</summary>
    public string? TryAdd(scoped in MeasurementDraft draft)
    {
        if (Check(in draft) is { } reason)
            return reason;
        if (!FieldRules.TryTrack(draft.Track, out var track))
            return FieldRules.UnknownTrack(draft.Track);
        var key = new SeriesKeyBytes
        {
            App = draft.App,
            Cluster = draft.Cluster,
            Version = draft.Version,
            Track = track,
            // Stable has one side only, whatever a producer calls it.
            Variant = track == Track.Canary ? draft.Variant : default,
            Metric = draft.Metric,
        };
        var unusable = draft.ValueReason ?? FieldRules.Finite("value", draft.Value);
        if (!series.TryIntern(in key, out var id))
            return unusable
                ?? $"the lane holds its {series.Capacity} series already and this one is new; use fewer clusters, versions or metrics";
        if (unusable is null)
            _measurements.Add(new Measurement(id, draft.TimeMs, draft.Value, draft.Count));
        else
            _unusable.Add(new Measurement(id, draft.TimeMs, double.NaN, 0));
        return unusable;
    }

    private string? Check(scoped in MeasurementDraft draft) =>
        FieldRules.Text("app", draft.App, limits)
        ?? FieldRules.Text("cluster", draft.Cluster, limits)
        ?? FieldRules.Text("version", draft.Version, limits)
        ?? FieldRules.Text("metric", draft.Metric, limits)
        ?? (draft.Variant.IsEmpty ? null : FieldRules.Text("variant", draft.Variant, limits))
        ?? FieldRules.NotNegative("count", draft.Count)
        ?? FieldRules.Time(draft.TimeMs, _nowMs, limits)
        ?? FieldRules.Key(_key.Span, draft.App);
}
