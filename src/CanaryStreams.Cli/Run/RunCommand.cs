using System.CommandLine;
using CanaryStreams.Cli.Hosting;
using CanaryStreams.Cli.Http;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Configuration;
using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Live;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Cli.Run;

/// <summary><c>canarystreams run</c>: the engine, until it is stopped.</summary>
public static class RunCommand
{
    private const int EmbeddedPort = 9092;

    private const string Description = """
        Run the engine until it is stopped.

        Without a configuration it brings its own broker, reachable at 127.0.0.1:9092 from this machine, and keeps its
        journal in data/journal.db. With KAFKA_BOOTSTRAP or kafka.bootstrap it uses that Kafka.

        Example: KAFKA_BOOTSTRAP=broker:9092 canarystreams run --config canarystreams.yaml
        """;

    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var port = new Option<int>("--embedded-port")
        {
            Description = "Port of the embedded broker on 127.0.0.1; 0 for any free one.",
            DefaultValueFactory = _ => EmbeddedPort,
            HelpName = "PORT",
        };
        port.Check(value => value is >= 0 and <= 65535, "--embedded-port must lie between 0 and 65535");
        var roles = RolesOption.Create();
        var command = new Command("run", Description) { config, port, roles };
        command.SetAction(
            (parsed, stop) =>
                RunAsync(
                    parsed.GetValue(config),
                    parsed.GetValue(port),
                    RolesOption.Of(parsed.GetRequiredValue(roles)),
                    stop
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        string? config,
        int port,
        IReadOnlyCollection<EngineRole> roles,
        CancellationToken stop
    )
    {
        if (!ConfigurationOption.TryLoad(config, Console.Error, out var options))
            return ExitCodes.BadInput;
        using var loggers = EngineLogging.Create(LogLevel.Information);
        using var diagnostics = new EngineDiagnostics(TimeProvider.System);
        // Until the engine's own part of that name takes its place.
        using var reached = diagnostics.Health.Part(EngineHost.Broker);
        try
        {
            // First of all, so that it can tell what the start is waiting for.
            await using var http = options.Http is { } served ? await HttpServer.StartAsync(served, diagnostics) : null;
            if (http is not null)
                await Console.Error.WriteLineAsync($"Health and metrics at {http.Address}");
            using var journal = await JournalSource.OpenAsync(
                options.Journal,
                decides: roles.Contains(EngineRole.Supervisor),
                TimeProvider.System,
                Console.Error.WriteLine,
                stop
            );
            using var broker = options.Kafka.Bootstrap is null ? StartBroker(options.Kafka.Partitions, port) : null;
            var kafka = KafkaOf(options.Kafka, broker);
            kafka.ThrowIfInvalid();
            if (broker is not null)
                await Console.Error.WriteLineAsync($"Embedded broker at {broker.Bootstrap}. {EmbeddedBroker.Limits}");
            reached.Waits($"no broker has answered at {kafka.Bootstrap} yet, or the topics are not there");
            var admin = new TopicAdmin(kafka, TimeProvider.System, loggers.CreateLogger<TopicAdmin>());
            var layout = await admin.EnsureAsync(
                [.. Topics.All],
                options.Kafka.Partitions,
                (short)(options.Kafka.Replication ?? -1),
                stop
            );
            var engine = new EngineHost(
                EngineOptions.Of(options, kafka, layout, journal.Open, diagnostics) with
                {
                    // The embedded broker's records end with the process; a snapshot would stand for what is gone.
                    Snapshots = broker is null ? journal.Snapshots() : null,
                    SnapshotEvery = options.Snapshots.Every,
                    Roles = roles,
                },
                TimeProvider.System,
                loggers
            );
            await Console.Error.WriteLineAsync($"Running. {kafka}; journal {options.Journal.Location}");
            await engine.RunAsync(stop);
            return ExitCodes.Interrupted;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception error) when (IsBadSetting(error))
        {
            await Console.Error.WriteLineAsync(error.Message);
            return ExitCodes.BadInput;
        }
        catch (Exception error)
        {
            // Whoever watches the process starts it again; what it needs for that is in the journal and on the topics.
            await Console.Error.WriteLineAsync($"The engine failed and stops. {error}");
            return ExitCodes.No;
        }
    }

    private static bool IsBadSetting(Exception error) =>
        error
            is TopicLayoutException
                or KafkaSettingsException
                or DllNotFoundException
                or JournalUnusableException
                or HttpServerException;

    private static EmbeddedBroker StartBroker(int partitions, int port)
    {
        try
        {
            return new EmbeddedBroker(Topics.All, partitions, port);
        }
        catch (BrokerException error)
        {
            throw new KafkaSettingsException([
                $"{error.Message} Choose another port with --embedded-port, or a Kafka with KAFKA_BOOTSTRAP.",
            ]);
        }
    }

    private static KafkaSettings KafkaOf(KafkaOptions options, EmbeddedBroker? broker) =>
        (broker?.Settings(options.Group) is { } embedded ? embedded with { Partitioner = options.Partitioner } : null)
        ?? KafkaConnection.Of(options);
}
