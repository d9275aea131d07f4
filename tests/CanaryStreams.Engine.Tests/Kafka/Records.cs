using System.Diagnostics;
using System.Text;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;

namespace CanaryStreams.Tests.Kafka;

/// <summary>A record that outlives its batch.</summary>
public sealed record SeenRecord(
    string Topic,
    int Partition,
    long Offset,
    long TimestampMs,
    string Key,
    byte[] Value,
    IReadOnlyList<(string Name, string Value)> Headers
)
{
    public string Text => Encoding.UTF8.GetString(Value);
}

/// <summary>Reading and making records in tests; gives up loudly after a minute.</summary>
public static class Records
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static OutputRecord Of(string topic, string key, string value) =>
        new(topic, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));

    public static PartitionConsumer Consumer(this KafkaSettings settings, params IReadOnlyList<string> topics)
    {
        var consumer = new PartitionConsumer(settings);
        consumer.Subscribe(topics);
        return consumer;
    }

    /// <summary>Polls until this many records came, and fails where more come in the same poll.</summary>
    public static List<SeenRecord> Read(this PartitionConsumer consumer, int count, int maxRecords = 500)
    {
        var seen = new List<SeenRecord>();
        consumer.PollUntil(() => seen.Count >= count, seen.Add, maxRecords);
        seen.Count.ShouldBe(count);
        return seen;
    }

    public static void PollUntil(
        this PartitionConsumer consumer,
        Func<bool> done,
        Action<SeenRecord>? onRecord = null,
        int maxRecords = 500
    )
    {
        var began = Stopwatch.GetTimestamp();
        while (!done())
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException("What the test waits for did not come.");
            foreach (var batch in consumer.Poll(TimeSpan.FromMilliseconds(50), maxRecords))
                using (batch)
                    foreach (var record in batch.Records)
                        onRecord?.Invoke(Seen(record));
        }
    }

    /// <summary>Polls several members in turn on this thread.</summary>
    public static void PollAllUntil(
        IReadOnlyList<PartitionConsumer> members,
        Func<bool> done,
        Action<SeenRecord>? onRecord = null
    )
    {
        var began = Stopwatch.GetTimestamp();
        for (var turn = 0; !done(); turn++)
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException("The group did not settle as the test expects.");
            var polls = 0;
            members[turn % members.Count].PollUntil(() => polls++ > 0, onRecord);
        }
    }

    public static SeenRecord Seen(RawRecord record) =>
        new(
            record.Topic,
            record.Partition,
            record.Offset,
            record.TimestampMs,
            Encoding.UTF8.GetString(record.Key.Span),
            record.Value.ToArray(),
            [.. (record.Headers ?? []).Select(header => (header.Name, Encoding.Latin1.GetString(header.Value.Span)))]
        );
}
