using CanaryStreams.Engine.Live;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Learning;

/// <summary>Reads topics from their beginning, waiting for a broker that is away.</summary>
internal static class CompactedTopic
{
    public static readonly TimeSpan PollFor = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Reads on until stopped, on a thread of its own however early that is: a task that is cancelled before it begins would tell
    /// nobody who waits for what it reads. Throws when the client can't go on.
    /// </summary>
    /// <param name="caughtUp">Completed when all that was there at the start is read, or failed when it can't be read.</param>
    public static Task RunAsync(
        TopicTaking taking,
        Func<TopicReader> open,
        TaskCompletionSource caughtUp,
        CancellationToken stop
    ) =>
        Task.Factory.StartNew(
            () => Run(taking, open, caughtUp, stop),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    private static void Run(
        TopicTaking taking,
        Func<TopicReader> open,
        TaskCompletionSource caughtUp,
        CancellationToken stop
    )
    {
        try
        {
            using var reader = open();
            taking.Begun?.Invoke(reader);
            while (!stop.IsCancellationRequested)
            {
                if (reader.Read(PollFor) is { } value)
                    taking.Take(value);
                if (!caughtUp.Task.IsCompleted && reader.IsCaughtUp && caughtUp.TrySetResult())
                    taking.CaughtUp();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped while it waited.
        }
        catch (Exception error)
        {
            caughtUp.TrySetException(new BrokerException($"{taking.Failure} {error.Message}", error));
            throw;
        }
        caughtUp.TrySetCanceled(stop);
    }

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

/// <summary>What is made of a topic that is read from its beginning.</summary>
/// <param name="Failure">What can't be had without it and how to do without, sentences; the error's own follows.</param>
internal sealed record TopicTaking(Action<byte[]> Take, Action CaughtUp, string Failure)
{
    /// <summary>Told when the topic is open, before anything is read.</summary>
    public Action<TopicReader>? Begun { get; init; }
}
