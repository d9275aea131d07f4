using CanaryStreams.Integration.Tests.Fixtures;
using CanaryStreams.Kafka;
using CanaryStreams.Tests.Kafka;

namespace CanaryStreams.Integration.Tests.Kafka;

public sealed class RealKafkaContractTests(SharedKafka kafka) : BrokerContract
{
    protected override async Task<KafkaSettings> BrokerWithAsync(int partitions, params IReadOnlyList<string> topics)
    {
        var settings = (await kafka.GetAsync()).Settings($"contract-{topics[0]}");
        await new TopicAdmin(settings).EnsureAsync(topics, partitions);
        return settings;
    }
}
