using CanaryStreams.Cli.Hosting;
using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Configuration;
using CanaryStreams.Engine.Learning;
using CanaryStreams.Kafka;

namespace CanaryStreams.Cli.Models;

/// <summary>What a verb of <c>models</c> comes to: lines for a person, and maybe new terms to be published.</summary>
/// <param name="Terms">Null where nothing changes.</param>
internal sealed record ModelsAnswer(int ExitCode, string Text, IReadOnlyList<ChampionTerm>? Terms = null);

/// <summary>Reads the models from Kafka, asks a verb, and publishes what it says.</summary>
internal sealed class ModelsJob(string? config, TextWriter output, TextWriter error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Func<ModelsNow, ModelsAnswer> ask, CancellationToken stop)
    {
        if (!ConfigurationOption.TryLoad(config, error, out var options))
            return ExitCodes.BadInput;
        if (Obstacle(options) is { } obstacle)
        {
            await error.WriteLineAsync(obstacle);
            return ExitCodes.BadInput;
        }
        var kafka = KafkaConnection.Of(options.Kafka);
        using var waiting = new CancellationTokenSource(Patience, TimeProvider.System);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, waiting.Token);
        try
        {
            kafka.ThrowIfInvalid();
            var layout = await new TopicAdmin(kafka).EnsureAsync(
                [Topics.Outcomes, Topics.Models],
                options.Kafka.Partitions,
                (short)(options.Kafka.Replication ?? -1),
                ended.Token
            );
            var shelf = new ModelShelf(kafka, layout);
            var settings = options.Learning.Impact!;
            var learner = await Task.Run(() => shelf.Read(settings, ended.Token), ended.Token);
            var answer = ask(new ModelsNow(learner, settings, TimeProvider.System.GetUtcNow()));
            if (answer.Terms is { } terms)
                await shelf.PublishAsync(terms, ended.Token);
            await (answer.ExitCode == ExitCodes.Done ? output : error).WriteLineAsync(answer.Text);
            return answer.ExitCode;
        }
        catch (OperationCanceledException) when (waiting.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            await error.WriteLineAsync(
                $"No Kafka at {kafka.Bootstrap} has answered within {Patience.TotalSeconds:0} s; nothing was changed that is known of."
            );
            return ExitCodes.BadInput;
        }
        catch (Exception refused)
            when (refused is BrokerException or DeliveryException or TopicLayoutException or KafkaSettingsException)
        {
            await error.WriteLineAsync(refused.Message);
            return ExitCodes.BadInput;
        }
    }

    private static string? Obstacle(CanaryStreamsOptions options) =>
        options.Learning.Impact is null
            ? "The configuration says learning: { impact: off }: no model plans, and none is learnt."
        : options.Kafka.Bootstrap is null
            ? "No Kafka is configured: name the one that the engine uses with kafka.bootstrap or KAFKA_BOOTSTRAP "
                + "(the embedded broker of a run on this machine is 127.0.0.1:9092)."
        : null;
}
