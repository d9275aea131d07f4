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
        if (!route.App.Add(route.Arm, measurement.TimeMs, measurement.Value, measurement.Count, clockMs))
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
        var failed = new Measurement(
            series.Intern(SeriesOf(result, SyntheticMetrics.Failed(result.Transaction))),
            result.TimeMs,
            result.Success ? 0 : 1,
            1
        );
        var duration = new Measurement(
            series.Intern(SeriesOf(result, SyntheticMetrics.Duration(result.Transaction))),
            result.TimeMs,
            result.DurationMs,
            1
        );
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
        {
            var key = series[_routes.Count];
            if (!_apps.TryGetValue(key.App, out var app))
            {
                _apps[key.App] = app = new AppBuckets(key.App, settings);
                _inOrder.Add(app);
            }
            _routes.Add(new Route(app, app.ArmOf(key)));
        }
        return _routes[seriesId];
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
        var reason = $"late: time is {time:O}, but buckets up to {closed:O} have been closed";
        return new Reject(reason, record.Topic, record.Partition, record.Offset, record.Key, record.Value);
    }

    private static SeriesKey SeriesOf(TransactionResult result, string metric) =>
        new(result.App, result.Cluster, result.Version, result.Track, result.Variant, metric);

    private readonly record struct Route(AppBuckets App, int Arm);
}
