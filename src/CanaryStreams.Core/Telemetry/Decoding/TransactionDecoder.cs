using System.Runtime.InteropServices;
using System.Text.Json;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>
/// Raw records of <c>canary.transactions</c> to transaction results; the same forms and the same rules for bad records
/// as <see cref="MeasurementDecoder"/>, JSON only. <c>resources</c> and unknown fields are ignored.
/// </summary>
public sealed class TransactionDecoder
{
    private readonly DecodingLimits _limits;
    private readonly RecordRejects _rejects;
    private readonly JsonReaderOptions _options;

    public TransactionDecoder(DecodingLimits? limits = null)
    {
        _limits = limits ?? DecodingLimits.Default;
        _rejects = new RecordRejects(_limits);
        _options = new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = _limits.DepthMax };
    }

    /// <summary>Appends to both lists: at least one result or one reject per record.</summary>
    /// <param name="nowMs">The clock that <c>maxSkew</c> is counted from, Unix milliseconds.</param>
    public void Decode(in RawRecord record, long nowMs, List<TransactionResult> results, List<Reject> rejects)
    {
        _rejects.Begin(in record, rejects);
        var start = results.Count;
        var reason = RecordRules.Check(in record, _limits, out var format);
        if (reason is null && format != RecordFormat.Json)
            reason = "a transaction result must be JSON";
        reason ??= DecodeJson(in record, nowMs, results);
        if (reason is null && results.Count == start && _rejects.Refused == 0)
            reason = "the record holds no transaction result";
        if (reason is null)
        {
            _rejects.End(results.Count - start);
            return;
        }
        results.RemoveRange(start, results.Count - start);
        _rejects.Whole(reason);
    }

    private string? DecodeJson(in RawRecord record, long nowMs, List<TransactionResult> results)
    {
        try
        {
            var reader = new Utf8JsonReader(RecordRules.WithoutMark(record.Value.Span), _options);
            while (reader.Read())
            {
                using var document = JsonDocument.ParseValue(ref reader);
                Add(document.RootElement, enveloped: false, in record, nowMs, results);
            }
            return null;
        }
        catch (JsonException exception)
        {
            return RecordRules.NotJson(exception);
        }
    }

    private void Add(
        JsonElement element,
        bool enveloped,
        in RawRecord record,
        long nowMs,
        List<TransactionResult> results
    )
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                AddOne(item, enveloped, in record, nowMs, results);
        }
        else
        {
            AddOne(element, enveloped, in record, nowMs, results);
        }
    }

    private void AddOne(
        JsonElement element,
        bool enveloped,
        in RawRecord record,
        long nowMs,
        List<TransactionResult> results
    )
    {
        if (!enveloped && IsCloudEvent(element, out var data))
        {
            Add(data, enveloped: true, in record, nowMs, results);
            return;
        }
        var reader = new TransactionReader(_limits, nowMs, record.Key.Span);
        if (reader.Read(element) is { } result)
            results.Add(result);
        else
            _rejects.Element(reader.Reason!, JsonMarshal.GetRawUtf8Value(element));
    }

    private static bool IsCloudEvent(JsonElement element, out JsonElement data)
    {
        data = default;
        return element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty("specversion", out var version)
            && version.ValueKind == JsonValueKind.String
            && element.TryGetProperty("data", out data)
            && data.ValueKind is JsonValueKind.Object or JsonValueKind.Array;
    }
}
