using CanaryStreams.Core.Telemetry;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CanaryStreams.Kafka;

/// <summary>
/// Makes sure at start-up that the topics are there and fit together. Uses metadata and topic creation only: other
/// administrative requests of Confluent.Kafka crash on librdkafka 2.0.2.
/// </summary>
public sealed class TopicAdmin(KafkaSettings settings, TimeProvider? time = null, ILogger? logger = null)
{
    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelayMax = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private volatile Error? _trouble;

    /// <summary>
    /// Creates the topics that are missing and checks the layout; waits for as long as there is no broker, or it refuses
    /// the login, which may be put right there: each attempt says why. The embedded
    /// broker has made its topics already: there it only checks.
    /// </summary>
    /// <param name="partitions">
    /// For topics that are created; those that exist keep theirs, and a new one keyed by application follows its siblings.
    /// </param>
    /// <param name="replication">Copies of each record; −1 for the broker's default.</param>
    /// <exception cref="TopicLayoutException">
    /// Topics keyed by application differ in their partitions, or the broker refuses to create a topic.
    /// </exception>
    /// <exception cref="KafkaSettingsException">Settings that can't be used.</exception>
    public async Task<TopicLayout> EnsureAsync(
        IReadOnlyCollection<string> topics,
        int partitions,
        short replication = -1,
        CancellationToken cancellation = default
    )
    {
        using var client = ClientFactory.Admin(settings, Note, _logger);
        var found = await FindAsync(client, topics, mayMiss: true, cancellation);
        var missing = topics.Where(topic => !found.ContainsKey(topic)).ToList();
        if (missing.Count > 0)
        {
            if (settings.IsEmbedded)
                throw new TopicLayoutException($"The embedded broker lacks {string.Join(", ", missing)}.");
            var existing = new TopicLayout(found);
            existing.ThrowIfUneven(Topics.KeyedByApp);
            await CreateAsync(client, [.. missing.Select(topic => Wanted(topic, partitions, existing))], replication);
            found = await FindAsync(client, topics, mayMiss: false, cancellation);
        }
        var layout = new TopicLayout(found);
        layout.ThrowIfUneven(Topics.KeyedByApp);
        return layout;
    }

    /// <summary>A topic that joins others keyed by application gets as many partitions as they have.</summary>
    private static (string Topic, int Partitions) Wanted(string topic, int partitions, TopicLayout existing)
    {
        var alike = Topics.KeyedByApp.Where(existing.Partitions.ContainsKey).Select(one => existing.Partitions[one]);
        return (topic, Topics.KeyedByApp.Contains(topic) ? alike.FirstOrDefault(partitions) : partitions);
    }

    private async Task CreateAsync(
        IAdminClient client,
        IReadOnlyList<(string Name, int Partitions)> topics,
        short replication
    )
    {
        try
        {
            await client.CreateTopicsAsync(
                topics.Select(topic => new TopicSpecification
                {
                    Name = topic.Name,
                    NumPartitions = topic.Partitions,
                    ReplicationFactor = replication,
                    Configs = Topics.Compacted.Contains(topic.Name) ? new() { ["cleanup.policy"] = "compact" } : [],
                })
            );
        }
        catch (CreateTopicsException exception)
        {
            // Another engine may have been faster.
            var refused = exception
                .Results.Where(one => one.Error.IsError && one.Error.Code != ErrorCode.TopicAlreadyExists)
                .Select(Refusal)
                .ToList();
            if (refused.Count > 0)
                throw new TopicLayoutException($"Topics can't be created. {string.Join("; ", refused)}.");
            var known = exception.Results.Where(one => one.Error.IsError).Select(one => one.Topic).ToHashSet();
            topics = [.. topics.Where(topic => !known.Contains(topic.Name))];
        }
        catch (KafkaException exception)
        {
            throw new BrokerException($"Creating topics: {ErrorText.Of(exception.Error, settings)}.", exception);
        }
        foreach (var topic in topics)
            KafkaLog.TopicCreated(_logger, topic.Name, topic.Partitions);
    }

    /// <summary>A topic that the user may not see looks like one that isn't there.</summary>
    private static string Refusal(CreateTopicReport report) =>
        report.Error.Code is ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
            ? $"{report.Topic}: the user lacks the right Create on it or on the cluster, or, where it exists, Describe"
            : $"{report.Topic}: {report.Error.Reason}";

    /// <summary>The partitions of those topics that exist, once there is a broker (and, unless some may miss, all exist).</summary>
    private async Task<Dictionary<string, int>> FindAsync(
        IAdminClient client,
        IReadOnlyCollection<string> topics,
        bool mayMiss,
        CancellationToken cancellation
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            cancellation.ThrowIfCancellationRequested();
            string trouble;
            try
            {
                // Asking for all topics creates none, whatever the broker's settings. The call blocks its thread.
                var metadata = await Task.Run(() => client.GetMetadata(MetadataTimeout), cancellation);
                var found = metadata
                    .Topics.Where(one => !one.Error.IsError && topics.Contains(one.Topic))
                    .ToDictionary(one => one.Topic, one => one.Partitions.Count);
                if (mayMiss || found.Count == topics.Count)
                    return found;
                _trouble = null;
                trouble =
                    $"not there yet, or the user lacks the right Describe: {string.Join(", ", topics.Except(found.Keys))}";
            }
            catch (KafkaException exception)
            {
                trouble = ErrorText.Of(_trouble ?? exception.Error, settings);
            }
            KafkaLog.WaitingForBroker(_logger, settings.Bootstrap, attempt, trouble);
            await Task.Delay(DelayAfter(attempt), _time, cancellation);
        }
    }

    /// <summary>
    /// That no broker is left follows every refusal and explains none; and a refusal is told once for several attempts. So it
    /// stands until there is another.
    /// </summary>
    private void Note(Error error)
    {
        if (error.Code != ErrorCode.Local_AllBrokersDown)
            _trouble = error;
    }

    private static TimeSpan DelayAfter(int attempt)
    {
        var delay = TimeSpan.FromMilliseconds(250 * Math.Pow(2, Math.Min(attempt - 1, 6)));
        return delay < RetryDelayMax ? delay : RetryDelayMax;
    }
}
