using CanaryStreams.Kafka;

namespace CanaryStreams.Tests.Kafka;

public sealed class EmbeddedBrokerContractTests : BrokerContract, IDisposable
{
    private EmbeddedBroker? _broker;

    public void Dispose() => _broker?.Dispose();

    protected override Task<KafkaSettings> BrokerWithAsync(int partitions, params IReadOnlyList<string> topics)
    {
        _broker = new EmbeddedBroker(topics, partitions);
        return Task.FromResult(_broker.Settings("contract"));
    }
}
