using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Kafka;

/// <summary>Makes Confluent's clients, with logs that go where ours go.</summary>
internal static class ClientFactory
{
    public static IConsumer<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Consumer(
        KafkaSettings settings,
        Action<ConsumerBuilder<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> handlers,
        ILogger logger,
        bool tellsEnds = false
    ) =>
        Built(
            () =>
            {
                var builder = new ConsumerBuilder<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>(
                    ClientConfiguration.Consumer(settings, tellsEnds)
                )
                    .SetKeyDeserializer(new ScratchDeserializer())
                    .SetValueDeserializer(new ScratchDeserializer())
                    .SetLogHandler((_, message) => Log(logger, message, settings));
                handlers(builder);
                return builder.Build();
            },
            settings,
            logger
        );

    public static IProducer<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Producer(
        KafkaSettings settings,
        Action<Error> onError,
        ILogger logger
    ) =>
        Built(
            () =>
                new ProducerBuilder<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>(ClientConfiguration.Producer(settings))
                    .SetKeySerializer(KeySerializer.Instance)
                    .SetValueSerializer(ValueSerializer.Instance)
                    .SetErrorHandler((_, error) => onError(error))
                    .SetLogHandler((_, message) => Log(logger, message, settings))
                    .Build(),
            settings,
            logger
        );

    public static IAdminClient Admin(KafkaSettings settings, Action<Error> onError, ILogger logger) =>
        Built(
            () =>
                new AdminClientBuilder(ClientConfiguration.Admin(settings))
                    .SetErrorHandler((_, error) => onError(error))
                    .SetLogHandler((_, message) => Log(logger, message, settings))
                    .Build(),
            settings,
            logger
        );

    private static T Built<T>(Func<T> build, KafkaSettings settings, ILogger logger)
    {
        KafkaNative.Initialize();
        try
        {
            var client = build();
            KafkaLog.ClientStarted(logger, settings, KafkaNative.Version);
            return client;
        }
        catch (InvalidOperationException exception)
        {
            // Settings that are fine one by one and don't go together, such as a SASL mechanism without a user name.
            throw new KafkaSettingsException([
                $"kafka.librdkafka: {ErrorText.WithoutSecrets(exception.Message, settings)}",
            ]);
        }
    }

    private static void Log(ILogger logger, LogMessage message, KafkaSettings settings)
    {
        if (logger.IsEnabled(LogLevel.Debug))
            KafkaLog.Native(logger, message.Facility, ErrorText.WithoutSecrets(message.Message, settings));
    }
}
