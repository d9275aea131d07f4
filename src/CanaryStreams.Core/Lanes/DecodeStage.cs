using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Core.Telemetry.Decoding;

namespace CanaryStreams.Core.Lanes;

/// <summary>Reads the bytes of a lane's three topics; what can't be used is rejected and the rest goes on.</summary>
/// <param name="ratios">Metrics that are ratios in every policy that names them: their values are shares.</param>
public sealed class DecodeStage(
    SeriesTable series,
    DecodingLimits limits,
    UpdateDecoder updateDecoder,
    IReadOnlySet<string> ratios
) : IStage<LaneInput, LaneBatch<DecodedItem>>
{
    private readonly MeasurementDecoder _measurementDecoder = new(series, limits);
    private readonly TransactionDecoder _transactionDecoder = new(limits);
    private readonly List<Measurement> _measurements = [];
    private readonly List<TransactionResult> _transactions = [];

    /// <summary>Reused: the next batch is asked for when this one has gone through the stage after this.</summary>
    private readonly List<DecodedItem> _items = [];

    public LaneBatch<DecodedItem> Process(LaneInput batch)
    {
        _items.Clear();
        var rejects = new List<Reject>();
        for (var i = 0; i < batch.Records.Count; i++)
            Decode(i, batch.Records[i], batch.ClockMs, rejects);
        return new LaneBatch<DecodedItem>(_items, rejects, batch);
    }

    private void Decode(int index, in RawRecord record, long clockMs, List<Reject> rejects)
    {
        switch (record.Topic)
        {
            case Topics.Telemetry:
                _measurements.Clear();
                _measurementDecoder.Decode(record, clockMs, _measurements, rejects);
                foreach (var measurement in _measurements)
                    Take(index, measurement, record, rejects);
                foreach (var unusable in _measurementDecoder.Unusable)
                    _items.Add(new DecodedItem(index, unusable));
                break;
            case Topics.Transactions:
                _transactions.Clear();
                _transactionDecoder.Decode(record, clockMs, _transactions, rejects);
                foreach (var transaction in _transactions)
                    _items.Add(new DecodedItem(index, default, Transaction: transaction));
                break;
            case Topics.Updates:
                // The supervisors read this topic too, and it is they who reject what is unreadable in it.
                foreach (var element in RecordElements.Of(record.Value))
                {
                    if (updateDecoder.Decode(element.Span, out _) is { } update && IsPlausible(update, clockMs))
                        _items.Add(new DecodedItem(index, default, Update: update));
                }
                break;
        }
    }

    /// <summary>As the supervisors' reader asks, which rejects what isn't.</summary>
    private bool IsPlausible(RolloutUpdate update, long clockMs) =>
        FieldRules.UpdateTime(update.Command.Time, clockMs, limits.MaxSkew) is null;

    private void Take(int index, in Measurement measurement, in RawRecord record, List<Reject> rejects)
    {
        var isShare = measurement.Value is >= 0 and <= 1;
        if (!isShare && ratios.Contains(series[measurement.Series].Metric))
        {
            var metric = series[measurement.Series].Metric;
            var reason = FieldRules.Kind(metric, MetricKind.Ratio, measurement.Value)!;
            rejects.Add(
                new Reject(reason, record.Topic, record.Partition, record.Offset, record.Key, record.Value.ToArray())
            );
            _items.Add(new DecodedItem(index, measurement with { Value = double.NaN, Count = 0 }));
        }
        else
            _items.Add(new DecodedItem(index, measurement));
    }
}
