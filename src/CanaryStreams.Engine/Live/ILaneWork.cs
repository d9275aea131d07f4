using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>What is done with the records of one partition, on tasks of its own.</summary>
internal interface ILaneWork : IDisposable
{
    /// <summary>How often the work wants to be told the time while nothing comes.</summary>
    TimeSpan TickEvery { get; }

    /// <summary>
    /// Runs until stopped, or until <see cref="Complete"/> has let everything out. It may begin by waiting for the journal
    /// or the broker: what is offered waits so long.
    /// </summary>
    Task RunAsync(CancellationToken stop);

    /// <summary>False where there is no room: the caller keeps it and offers it again.</summary>
    bool TryOffer(Delivery delivery);

    /// <summary>Nothing more comes; what is inside goes on to its end.</summary>
    void Complete();

    /// <summary>Offsets up to which everything is done, since the last call.</summary>
    IReadOnlyCollection<PartitionOffset> TakeDone();
}

/// <summary>Records of a partition's topics in the order in which they were written, or none and the time.</summary>
/// <param name="ClockMs">The clock, Unix milliseconds.</param>
/// <param name="IsCaughtUp">All that the broker is known to have was delivered: time may pass by the clock.</param>
/// <param name="Positions">By topic where reading goes on behind these records.</param>
/// <param name="Owner">What the records' bytes live in.</param>
internal sealed record Delivery(
    IReadOnlyList<RawRecord> Records,
    long ClockMs,
    bool IsCaughtUp,
    IReadOnlyDictionary<string, long> Positions,
    IDisposable? Owner = null
);
