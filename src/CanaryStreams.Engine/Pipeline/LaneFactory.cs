using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Core.Telemetry.Decoding;
using CanaryStreams.Engine.Snapshots;

namespace CanaryStreams.Engine.Pipeline;

/// <summary>How a lane's stages are made. A stage belongs to one lane: it holds its state.</summary>
public sealed record LaneStages(
    Func<IStage<LaneInput, LaneBatch<DecodedItem>>> Decode,
    Func<IStage<LaneBatch<DecodedItem>, LaneBatch<BucketedItem>>> Bucket,
    Func<IStage<LaneBatch<BucketedItem>, LaneBatch<ScoredItem>>> Profile,
    Func<IStage<LaneBatch<ScoredItem>, LaneBatch<Signal>>> Compare,
    Func<IStage<LaneBatch<Signal>, EncodedBatch>> Encode,
    Func<IStage<EncodedBatch, EncodedBatch>> Capture
);

/// <summary>Makes the stages of lanes, all of them over the same settings, policies, model of the detector and fleet.</summary>
public sealed class LaneFactory(
    StreamSettings settings,
    IReadOnlyDictionary<string, Policy> policies,
    DetectorModel detector,
    IFleet fleet
)
{
    private readonly HashSet<string> _ratios = RatiosOf(policies.Values);
    private readonly Lazy<StateExternals> _externals = new(() =>
        LaneState.ExternalsOf(settings, policies, detector, fleet)
    );

    /// <summary>Of a lane that has seen nothing yet; what a snapshot holds may be restored into it.</summary>
    public LaneState NewState() => new(settings, detector, fleet, _externals);

    /// <summary>The stages of a lane that begins anew.</summary>
    /// <inheritdoc cref="Create(LaneState, int?, Func{Signal, bool}, Func{Reject, bool}, bool)"/>
    public LaneStages Create(
        int? partition,
        Func<Signal, bool> isNew,
        Func<Reject, bool> isNewReject,
        bool encodesSignals = true
    ) => Create(NewState(), partition, isNew, isNewReject, encodesSignals);

    /// <summary>The stages of a lane that goes on from a state.</summary>
    /// <param name="state">Of this factory; of this lane alone.</param>
    /// <param name="partition">Where the lane's signals go; null where nothing is published.</param>
    /// <param name="isNew">Whether a signal has not been published before.</param>
    /// <param name="isNewReject">The same of a reject.</param>
    /// <param name="encodesSignals">False where signals are wanted as they are, not as records.</param>
    public LaneStages Create(
        LaneState state,
        int? partition,
        Func<Signal, bool> isNew,
        Func<Reject, bool> isNewReject,
        bool encodesSignals = true
    )
    {
        var stages = state.Use();
        var limits = DecodingLimits.Default with { MaxSkew = settings.MaxSkew };
        return new LaneStages(
            () => new DecodeStage(stages.Series, limits, new UpdateDecoder(policies), _ratios),
            () => stages.Bucket,
            () => stages.Profile,
            () => stages.Compare,
            () => new EncodeStage(partition, isNew, isNewReject, encodesSignals),
            () => new CaptureStage(state.Capture)
        );
    }

    private static HashSet<string> RatiosOf(IEnumerable<Policy> policies) =>
        [
            .. policies
                .SelectMany(policy => policy.Metrics)
                .GroupBy(metric => metric.Name)
                .Where(same => same.All(metric => metric.Kind == MetricKind.Ratio))
                .Select(same => same.Key),
        ];
}
