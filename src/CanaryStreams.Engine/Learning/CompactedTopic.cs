using CanaryStreams.Engine.Live;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Learning;

/// <summary>Reads topics from their beginning, waiting for a broker that is away.</summary>
internal static class CompactedTopic
{
    public static readonly TimeSpan PollFor = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// On a thread of its own, however early it is stopped: a task that is cancelled before it begins would tell nobody who
    /// waits for what it reads.
    /// </summary>
    public static Task RunAsync(Action read) =>
        Task.Factory.StartNew(read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

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
