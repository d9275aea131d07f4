using CanaryStreams.Engine.Live;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Learning;

/// <summary>Opens topics that are read from their beginning, waiting for a broker that is away.</summary>
internal static class CompactedTopic
{
    public static readonly TimeSpan PollFor = TimeSpan.FromMilliseconds(200);

    /// <summary>What a broker refuses it will refuse again: that is thrown.</summary>
    public static TopicReader Open(
        KafkaSettings kafka,
        string topic,
        TopicLayout layout,
        TimeProvider time,
        ILogger logger,
        CancellationToken stop
    )
    {
        var backoff = new Backoff(time);
        while (true)
        {
            try
            {
                return new TopicReader(kafka, topic, layout.Partitions[topic], logger);
            }
            catch (BrokerException away) when (!away.IsRefusal)
            {
                LiveLog.Waits(logger, topic, backoff.Attempts + 1, away.Message);
                stop.WaitHandle.WaitOne(backoff.Next());
                stop.ThrowIfCancellationRequested();
            }
        }
    }
}
