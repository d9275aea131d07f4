using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Lanes;

/// <summary>A bucket stage over hand-made measurements, with times in seconds after a full hour.</summary>
internal sealed class LaneTime
{
    public const long StartMs = 1_763_805_600_000;

    private readonly SeriesTable _series = new();
    private readonly BucketStage _stage;

    public LaneTime(StreamSettings? settings = null) =>
        _stage = new BucketStage(settings ?? new StreamSettings(), _series);

    public List<Reject> Rejects { get; } = [];

    public static long At(double seconds) => StartMs + (long)(seconds * 1000);

    public int Series(string app, string cluster, Track track, string metric = "error_rate", string version = "1") =>
        _series.Intern(new SeriesKey(app, cluster, version, track, null, metric));

    /// <summary>Sends measurements in one batch; the clock shows the last one's time unless told otherwise.</summary>
    public IReadOnlyList<AppBucket> Send(
        IReadOnlyList<(int Series, double Seconds, double Value)> measurements,
        double? clock = null,
        bool clockCloses = false
    )
    {
        var items = measurements.Select(m => new DecodedItem(0, new Measurement(m.Series, At(m.Seconds), m.Value, 1)));
        return Send([.. items], clock ?? (measurements.Count == 0 ? 0 : measurements[^1].Seconds), clockCloses);
    }

    public IReadOnlyList<AppBucket> Send(IReadOnlyList<DecodedItem> items, double clock, bool clockCloses = false)
    {
        var record = new RawRecord(Topics.Telemetry, 0, 7, 0, default, new byte[] { 1, 2 }, null);
        var input = new LaneInput([record], At(clock), clockCloses);
        var output = _stage.Process(new LaneBatch<DecodedItem>(items, Rejects, input));
        return [.. output.Items.Select(item => item.Bucket!)];
    }

    public IReadOnlyList<AppBucket> Tick(double clock) => Send(Array.Empty<DecodedItem>(), clock, clockCloses: true);
}
