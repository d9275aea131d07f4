using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// Gives the learner events and publishes what it makes of them. One event that it can't make anything of, or one record that is too
/// large, would come again after every restart: both are logged and passed over, and the learner goes on.
/// </summary>
internal sealed class LearnerPublisher(Learner learner, IRecordSender sender, TimeProvider time, ILogger logger)
{
    /// <param name="value">A record of <c>canary.events</c>.</param>
    /// <exception cref="DeliveryException">What follows wasn't acknowledged.</exception>
    /// <exception cref="BrokerException">The client can't go on.</exception>
    public void Observe(ReadOnlyMemory<byte> value, CancellationToken stop) => Publish(Fold(value), stop);

    /// <summary>To be called once when all events that there were are read; fails as <see cref="Observe"/> does.</summary>
    public void CatchUp(CancellationToken stop) => Publish(learner.CatchUp(NowMs), stop);

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private IReadOnlyList<OutputRecord> Fold(ReadOnlyMemory<byte> value)
    {
        try
        {
            return learner.Observe(PublishedEvent.Decode(value), NowMs);
        }
        catch (Exception error)
        {
            LiveLog.RecordPassedOver(logger, Topics.Events, $"{error.GetType().Name}: {error.Message}");
            return [];
        }
    }

    private void Publish(IReadOnlyList<OutputRecord> records, CancellationToken stop)
    {
        if (records.Count == 0)
            return;
        try
        {
            sender.SendAsync(records, stop).GetAwaiter().GetResult();
        }
        catch (RecordTooLargeException error)
        {
            LiveLog.LearntTooLarge(logger, error.Message);
        }
    }
}
