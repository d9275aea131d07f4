using CanaryStreams.Engine.Configuration;
using CanaryStreams.Kafka;

namespace CanaryStreams.Cli.Hosting;

/// <summary>How a Kafka outside of this process is reached.</summary>
internal static class KafkaConnection
{
    /// <param name="options">With a bootstrap address.</param>
    public static KafkaSettings Of(KafkaOptions options) =>
        new()
        {
            Bootstrap = options.Bootstrap!.Value,
            Group = options.Group,
            Partitioner = options.Partitioner,
            Librdkafka = options.Librdkafka.ToDictionary(setting => setting.Key, setting => setting.Value.Value),
        };
}
