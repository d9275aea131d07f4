using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>What one element of a record turned out to be; one of the three is meant.</summary>
/// <param name="Record">Index of the record in the batch's input.</param>
/// <param name="Measurement">Where its value is NaN it was rejected for its value, and is only a sign of life.</param>
public readonly record struct DecodedItem(
    int Record,
    Measurement Measurement,
    TransactionResult? Transaction = null,
    RolloutUpdate? Update = null
)
{
    public RawRecord Origin(LaneInput input) => input.Records[Record];
}

/// <summary>A closed bucket or an update, in the order of the lane; one of the two is set.</summary>
public sealed record BucketedItem(AppBucket? Bucket, RolloutUpdate? Update);
