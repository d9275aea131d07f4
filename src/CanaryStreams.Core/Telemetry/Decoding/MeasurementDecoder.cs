using System.Text.Json;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>
/// Raw records of <c>canary.telemetry</c> to measurements. Never throws on a record's content: what can't be used
/// becomes a reject with a reason the producer can act on. A record that is broken as a whole (not JSON, not UTF-8,
/// too large) gives nothing but its reject; a bad element in a well-formed one is refused alone.
/// <para>
/// A JSON record whose series are known leaves no garbage: fields are spans of the record, series are found by their
/// bytes. One decoder belongs to one lane, as its table does; it is not safe for several threads.
/// </para>
/// </summary>
public sealed class MeasurementDecoder
{
    private readonly DecodingLimits _limits;
    private readonly RecordRejects _rejects;
    private readonly MeasurementSink _sink;
    private readonly JsonMeasurements _json;
    private readonly LineProtocol _lines;
    private readonly OtlpProtobuf _protobuf;

    public MeasurementDecoder(SeriesTable series, DecodingLimits? limits = null)
    {
        _limits = limits ?? DecodingLimits.Default;
        _rejects = new RecordRejects(_limits);
        _sink = new MeasurementSink(series, _limits, _rejects);
        var points = new OtlpPoints(_sink);
        _json = new JsonMeasurements(_sink, new OtlpJson(points, _limits), _limits);
        _lines = new LineProtocol(_sink, _limits);
        _protobuf = new OtlpProtobuf(points);
    }

    /// <summary>
    /// Records without a key so far. They are accepted, and may be in another partition than their application's
    /// rollout is: with more than one partition somebody should be told.
    /// </summary>
    public long Unkeyed { get; private set; }

    /// <summary>
    /// What the last record holds whose value alone was refused (NaN, infinite, no number): NaN over no observation, which
    /// tells that the series lives. Valid until the next record.
    /// </summary>
    public IReadOnlyList<Measurement> Unusable => _sink.Unusable;

    /// <summary>
    /// Appends to both lists: at least one measurement or one reject per record, but for OTLP records of nothing but
    /// empty histograms and gaps.
    /// </summary>
    /// <param name="nowMs">The clock that <c>maxSkew</c> is counted from, Unix milliseconds.</param>
    public void Decode(in RawRecord record, long nowMs, List<Measurement> measurements, List<Reject> rejects)
    {
        _rejects.Begin(in record, rejects);
        _sink.Begin(in record, nowMs, measurements);
        if (record.Key.IsEmpty)
            Unkeyed++;
        var reason = RecordRules.Check(in record, _limits, out var format) ?? Decode(in record, format);
        if (reason is null && _sink.Accepted + _sink.Skipped + _rejects.Refused == 0)
            reason = "the record holds no measurement";
        if (reason is null)
        {
            _rejects.End(_sink.Accepted);
            return;
        }
        _sink.RollBackTo(0);
        _rejects.Whole(reason);
    }

    private string? Decode(in RawRecord record, RecordFormat format)
    {
        switch (format)
        {
            case RecordFormat.LineProtocol:
                _lines.Decode(record.Value.Span, record.TimestampMs);
                return null;
            case RecordFormat.OtlpProtobuf:
                return _protobuf.Decode(record.Value);
            default:
                return DecodeJson(record.Value.Span);
        }
    }

    private string? DecodeJson(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _json.Decode(RecordRules.WithoutMark(bytes));
            return null;
        }
        catch (JsonException exception)
        {
            return RecordRules.NotJson(exception);
        }
    }
}
