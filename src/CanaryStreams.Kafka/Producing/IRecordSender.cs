using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Kafka;

/// <summary>What sends records to Kafka, so that what decides about sending can be run without one.</summary>
public interface IRecordSender
{
    /// <summary>Sends records in their order; done when all are acknowledged.</summary>
    /// <returns>By partition the offset behind the last one sent.</returns>
    /// <exception cref="RecordTooLargeException">A record that no retry will bring through; the others were sent.</exception>
    /// <exception cref="DeliveryException">The first record that was not acknowledged; the others were tried.</exception>
    /// <exception cref="BrokerException">The client can't go on and has to be made anew.</exception>
    Task<IReadOnlyCollection<PartitionOffset>> SendAsync(
        IReadOnlyList<OutputRecord> records,
        CancellationToken cancellation = default
    );
}
