using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace CanaryStreams.Engine.Learning;

/// <summary>The models as they are on their topics now, for a person who looks at them or names a champion.</summary>
public sealed class ModelShelf(KafkaSettings kafka, TopicLayout layout)
{
    private static readonly TimeSpan PollFor = TimeSpan.FromMilliseconds(200);

    /// <summary>Reads both topics to their end; what can't be read there is passed over, as the engine does.</summary>
    /// <param name="settings">What challengers are measured by.</param>
    /// <exception cref="BrokerException">The broker doesn't give them.</exception>
    public Learner Read(LearnerSettings settings, CancellationToken stop)
    {
        var learner = new Learner(settings);
        Read(Topics.Outcomes, learner.TakeOutcome, stop);
        Read(Topics.Models, learner.TakeModels, stop);
        return learner;
    }

    /// <summary>Says who plans from when on.</summary>
    public async Task PublishAsync(IReadOnlyList<ChampionTerm> terms, CancellationToken stop)
    {
        await using var producer = new RecordProducer(kafka);
        await producer.SendAsync(ModelRecord.Of(terms), stop);
    }

    private void Read(string topic, Action<ReadOnlyMemory<byte>> take, CancellationToken stop)
    {
        using var reader = new TopicReader(kafka, topic, layout.Partitions[topic], NullLogger.Instance);
        while (!reader.IsCaughtUp)
        {
            stop.ThrowIfCancellationRequested();
            if (reader.Read(PollFor) is not { } value)
                continue;
            try
            {
                take(value);
            }
            catch (FormatException)
            {
                // Of a newer program; the engine's log names it.
            }
        }
    }
}
