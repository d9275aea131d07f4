using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Kafka;

/// <summary>Asks whether a broker answers. For one thread.</summary>
public sealed class BrokerProbe : IDisposable
{
    private readonly IAdminClient _client;
    private readonly KafkaSettings _settings;
    private string? _trouble;

    /// <exception cref="KafkaSettingsException">Settings that can't be used.</exception>
    public BrokerProbe(KafkaSettings settings, ILogger logger)
    {
        _settings = settings;
        _client = ClientFactory.Admin(settings, error => _trouble = ErrorText.Of(error, settings), logger);
    }

    /// <exception cref="BrokerException">None has answered in time.</exception>
    public void Ask(TimeSpan timeout)
    {
        try
        {
            _client.GetMetadata(Core.Telemetry.Topics.Updates, timeout);
            _trouble = null;
        }
        catch (KafkaException exception)
        {
            throw new BrokerException(_trouble ?? ErrorText.Of(exception.Error, _settings), exception);
        }
    }

    public void Dispose() => _client.Dispose();
}
