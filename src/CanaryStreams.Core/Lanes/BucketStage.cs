using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// Routes measurements and transaction results to their application's buckets and gives the buckets that closed, in the
/// order in which they did; updates pass through in their place.
/// </summary>
public sealed class BucketStage(StreamSettings settings, SeriesTable series)
    : IStage<LaneBatch<DecodedItem>, LaneBatch<BucketedItem>>
{
    private readonly Dictionary<string, AppBuckets> _apps = [];

    /// <summary>Applications in the order in which they were first heard of: the order in which the clock closes.</summary>
    private readonly List<AppBuckets> _inOrder = [];
    private readonly List<Route> _routes = [];

    public LaneBatch<BucketedItem> Process(LaneBatch<DecodedItem> batch)
    {
        var output = new List<BucketedItem>();
        foreach (var item in batch.Items)
        {
            if (item.Update is { } update)
                output.Add(new BucketedItem(null, update));
            else if (item.Transaction is { } transaction)
                Take(transaction, item, batch, output);
            else
                Take(item.Measurement, item, batch, output);
        }
        if (batch.Input.ClockCloses)
            CloseByClock(batch.Input.ClockMs, output);
        return new LaneBatch<BucketedItem>(output, batch.Rejects, batch.Input);
    }

    private void Take(
        in Measurement measurement,
        in DecodedItem item,
        LaneBatch<DecodedItem> batch,
        List<BucketedItem> output
    )
    {
        var route = RouteOf(measurement.Series);
        var clockMs = batch.Input.ClockMs;
        if (double.IsNaN(measurement.Value))
            route.App.Refuse(route.Arm);
        else if (!route.App.Add(route.Arm, route.Version, measurement, clockMs))
            batch.Rejects.Add(Late(measurement.TimeMs, route.App, item.Origin(batch.Input)));
        else if (route.App.MayClose(measurement.TimeMs))
            CloseByWatermark(route.App, clockMs, output);
    }

    private void Take(
        TransactionResult result,
        in DecodedItem item,
        LaneBatch<DecodedItem> batch,
        List<BucketedItem> output
    )
    {
        if (
            !series.TryIntern(SeriesOf(result, SyntheticMetrics.Failed(result.Transaction)), out var failedId)
            || !series.TryIntern(SeriesOf(result, SyntheticMetrics.Duration(result.Transaction)), out var durationId)
        )
        {
            var full =
                $"the lane holds its {series.Capacity} series already and this one is new; use fewer clusters, versions or transactions";
            batch.Rejects.Add(Rejected(full, item.Origin(batch.Input)));
            return;
        }
        var failed = new Measurement(failedId, result.TimeMs, result.Success ? 0 : 1, 1);
        var duration = new Measurement(durationId, result.TimeMs, result.DurationMs, 1);
        var app = RouteOf(failed.Series).App;
        var rejected = batch.Rejects.Count;
        Take(failed, item, batch, output);
        if (batch.Rejects.Count > rejected)
            return;
        app.Pairs.Add(result);
        if (app.ClosedMs <= result.TimeMs)
            Take(duration, item, batch, output);
    }

    private Route RouteOf(int seriesId)
    {
        while (_routes.Count <= seriesId)
            _routes.Add(default);
        var route = _routes[seriesId];
        return route.Arm is { IsForgotten: false } ? route : NewRoute(seriesId);
    }

    private Route NewRoute(int seriesId)
    {
        var key = series[seriesId];
        if (!_apps.TryGetValue(key.App, out var app))
        {
            _apps[key.App] = app = new AppBuckets(key.App, settings);
            _inOrder.Add(app);
        }
        return _routes[seriesId] = new Route(app, app.ArmOf(key), key.Version);
    }

    private static void CloseByWatermark(AppBuckets app, long clockMs, List<BucketedItem> output)
    {
        while (app.CloseByWatermark(clockMs) is { } closed)
            output.Add(new BucketedItem(closed, null));
    }

    private void CloseByClock(long clockMs, List<BucketedItem> output)
    {
        foreach (var app in _inOrder)
        {
            while (app.CloseByClock(clockMs) is { } closed)
                output.Add(new BucketedItem(closed, null));
        }
    }

    private static Reject Late(long timeMs, AppBuckets app, in RawRecord record)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(timeMs);
        var closed = DateTimeOffset.FromUnixTimeMilliseconds(app.ClosedMs);
        return Rejected($"late: time is {time:O}, but buckets up to {closed:O} have been closed", record);
    }

    private static Reject Rejected(string reason, in RawRecord record) =>
        new(reason, record.Topic, record.Partition, record.Offset, record.Key, record.Value);

    private static SeriesKey SeriesOf(TransactionResult result, string metric) =>
        new(result.App, result.Cluster, result.Version, result.Track, result.Variant, metric);

    private readonly record struct Route(AppBuckets App, ArmSlot Arm, string Version);
}
