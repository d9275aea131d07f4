using CanaryStreams.Core.Lanes;
using CanaryStreams.Engine.Snapshots;

namespace CanaryStreams.Engine.Pipeline;

/// <summary>
/// Captures the lane's state behind a batch that asks for it. It goes on with that batch's signals, so that it isn't saved
/// before they are out.
/// </summary>
/// <param name="capture">Gives the state of the stages before this one.</param>
public sealed class CaptureStage(Func<PooledBytes> capture) : IStage<EncodedBatch, EncodedBatch>
{
    public EncodedBatch Process(EncodedBatch batch) =>
        batch.Input.CaptureAt is { } positions
            ? batch with
            {
                Captured = new CapturedState(capture(), positions),
            }
            : batch;
}
