using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Live;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Learning;

/// <summary>
/// Reads <c>canary.models</c> from its beginning and goes on reading it, so that every supervisor knows which model plans from when
/// on, before a restart too.
/// </summary>
public sealed class ModelsTopic(KafkaSettings kafka, TopicLayout layout, TimeProvider time, ILogger<ModelsTopic> logger)
{
    private volatile ModelRegistry _registry = ModelRegistry.Empty;

    /// <summary>What rollouts are planned by, as far as it has been read; for any thread.</summary>
    public IImpact Impact => new ChampionImpact(_registry);

    /// <summary>Reads on until stopped; throws when the client can't go on.</summary>
    /// <param name="caughtUp">Completed when all that was there at the start is read, or failed when it can't be read.</param>
    public Task RunAsync(TaskCompletionSource caughtUp, CancellationToken stop) =>
        CompactedTopic.RunAsync(
            new TopicTaking(
                Take,
                () => LiveLog.ModelsRead(logger, _registry.Models.Count, _registry.LastTerm?.Version ?? "none"),
                $"Which model plans can't be read from {Topics.Models}, without which nothing is decided; "
                    + "learning: { impact: off } does without it."
            ),
            () => CompactedTopic.Open(kafka, Topics.Models, layout, time, logger, stop),
            caughtUp,
            stop
        );

    private void Take(byte[] value)
    {
        try
        {
            _registry = ModelRecord.Read(_registry, value);
        }
        catch (FormatException error)
        {
            LiveLog.RecordPassedOver(logger, Topics.Models, error.Message);
        }
    }
}
