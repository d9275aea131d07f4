using System.Buffers;
using System.Globalization;
using System.Text;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Live;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Snapshots;
using CanaryStreams.Simulation.Fleet;

namespace CanaryStreams.Simulation.Engine;

/// <summary>
/// A light source of signals behind the same protocol as a lane: what it gives depends on every record before, so that a record
/// lost, doubled or out of its place changes the bytes of all that follow.
/// </summary>
internal sealed class LightState
{
    private readonly SortedDictionary<string, int> _buckets = new(StringComparer.Ordinal);

    public PooledBytes Capture()
    {
        var bytes = new PooledBytes();
        bytes.Write(Encoding.UTF8.GetBytes(string.Join(';', _buckets.Select(one => $"{one.Key}={one.Value}"))));
        return bytes;
    }

    public void Restore(ReadOnlySpan<byte> bytes)
    {
        foreach (var one in Encoding.UTF8.GetString(bytes).Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = one.Split('=');
            _buckets[parts[0]] = int.Parse(parts[1], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The signals of a record, which is a whole bucket of an application.</summary>
    public IEnumerable<Signal> Take(ReadOnlyMemory<byte> value)
    {
        if (LightBucket.Decode(value.Span) is not { } bucket)
            return [];
        var count = _buckets[bucket.App] = _buckets.GetValueOrDefault(bucket.App) + 1;
        return bucket.Signals(count);
    }
}

internal static class LightStages
{
    public static LaneStages Create(
        LightState state,
        int partition,
        PartitionAnalysis? analysis,
        AnalyzerStart? start
    ) =>
        new(
            () => new Pass<LaneInput, LaneBatch<DecodedItem>>(input => new LaneBatch<DecodedItem>([], [], input)),
            () =>
                new Pass<LaneBatch<DecodedItem>, LaneBatch<BucketedItem>>(b => new LaneBatch<BucketedItem>(
                    [],
                    [],
                    b.Input
                )),
            () =>
                new Pass<LaneBatch<BucketedItem>, LaneBatch<ScoredItem>>(b => new LaneBatch<ScoredItem>(
                    [],
                    [],
                    b.Input
                )),
            () =>
                new Pass<LaneBatch<ScoredItem>, LaneBatch<Signal>>(b => new LaneBatch<Signal>(
                    [
                        .. b
                            .Input.Records.Where(record => record.Topic == Topics.Telemetry)
                            .SelectMany(record => state.Take(record.Value)),
                    ],
                    [],
                    b.Input
                )),
            () => new EncodeStage(partition, s => analysis?.IsNew(s) != false, r => start?.Progress.IsNew(r) != false),
            () => new CaptureStage(state.Capture)
        );

    private sealed class Pass<TIn, TOut>(Func<TIn, TOut> process) : IStage<TIn, TOut>
    {
        public TOut Process(TIn batch) => process(batch);
    }
}
