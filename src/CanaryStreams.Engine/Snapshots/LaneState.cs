using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Forecast;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>
/// All that a lane remembers from batch to batch. A lane over the state that was captured behind a batch, given the batches
/// after it, gives the bytes that the captured one gives. Decoding and encoding remember nothing but the table of series.
/// </summary>
/// <remarks>
/// To be captured between two batches, by whoever gives them; that changes nothing. To be restored before the lane is made
/// over it.
/// </remarks>
public sealed class LaneState
{
    /// <summary>Grows when a stage's fields stay and come to mean something else: states taken before are refused then.</summary>
    public const int Version = 1;

    private readonly Lazy<StateExternals> _externals;
    private Stages _stages;
    private bool _isUsed;
    private StateSize _size;

    internal LaneState(StreamSettings settings, DetectorModel detector, IFleet fleet, Lazy<StateExternals> externals)
    {
        _externals = externals;
        var series = new SeriesTable();
        _stages = new Stages(
            series,
            new BucketStage(settings, series),
            new ProfileStage(detector),
            new CompareStage(settings, fleet)
        );
    }

    /// <summary>The stages of the lane that is made now.</summary>
    internal Stages Use()
    {
        _isUsed = true;
        return _stages;
    }

    /// <returns>To be disposed of.</returns>
    /// <exception cref="StateNotSupportedException">A stage holds something that can't be written: a bug.</exception>
    public PooledBytes Capture() => StateSerializer.Capture(_stages, _externals.Value, Version, ref _size);

    /// <summary>Takes the state over, or leaves all as it was.</summary>
    /// <param name="reason">Why the bytes can't be used: damaged, of another program's layout or with other settings.</param>
    /// <exception cref="InvalidOperationException">A lane runs over this state already.</exception>
    public bool TryRestore(ReadOnlySpan<byte> bytes, out string? reason)
    {
        if (_isUsed)
            throw new InvalidOperationException("A lane runs over this state already.");
        if (StateSerializer.TryRestore<Stages>(bytes, _externals.Value, Version, out reason) is not { } restored)
            return false;
        _stages = restored;
        return true;
    }

    /// <summary>The fleet has its own topic, and the same models and settings have to be there again.</summary>
    internal static StateExternals ExternalsOf(
        StreamSettings settings,
        IReadOnlyDictionary<string, Policy> policies,
        DetectorModel detector,
        IFleet fleet
    ) =>
        StateExternals.Of(
            [
                (fleet, fleet.GetType().Name),
                (detector, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(detector.ToJson()))),
                (detector.Ensemble, nameof(detector.Ensemble)),
                (detector.Fusion, nameof(detector.Fusion)),
            ],
            [settings, policies, FailureForecaster.Default]
        );

    /// <summary>The roots of the graph.</summary>
    internal sealed record Stages(SeriesTable Series, BucketStage Bucket, ProfileStage Profile, CompareStage Compare);
}
