using CanaryStreams.Integration.Tests.Fixtures;

[assembly: AssemblyFixture(typeof(SharedKafka))]

namespace CanaryStreams.Integration.Tests.Fixtures;

/// <summary>
/// One broker for all tests that only need some broker, started when the first one asks. Such a test uses topics and groups
/// of its own; one that stops or kills a broker starts its own.
/// </summary>
public sealed class SharedKafka : IAsyncDisposable
{
    private readonly Lazy<Task<KafkaServer>> _server = new(() => KafkaServer.StartAsync());

    /// <summary>Skips the test where there is no Kafka.</summary>
    public Task<KafkaServer> GetAsync()
    {
        Assert.SkipWhen(KafkaServer.Missing is not null, KafkaServer.Missing ?? "");
        return _server.Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
            await (await _server.Value).DisposeAsync();
    }
}
