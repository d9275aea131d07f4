using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Policies;
using CanaryStreams.Engine.Learning;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// The engine in one process: its roles over one Kafka and one journal. They share nothing but topics and the journal, so
/// each may as well run in a process of its own, and each in several.
/// </summary>
public sealed class EngineHost(EngineOptions options, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Health's name of the broker, as far as it answers.</summary>
    public const string Broker = "broker";

    private readonly Dictionary<string, Policy> _policies = options.Policies.ToDictionary(policy => policy.Name);

    /// <summary>Runs until stopped. When a part fails the others are stopped too and the failure thrown.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task[] parts =
        [
            .. options.Roles.Order().Select(role => RunAsync(role, ended.Token)),
            WatchBrokerAsync(ended.Token),
            // Only who decides needs it. A part that ends is the engine's end, so it isn't one where there is nothing to watch.
            .. options.Roles.Contains(EngineRole.Supervisor) ? [WatchJournalAsync(ended.Token)] : Array.Empty<Task>(),
        ];
        await Task.WhenAny(parts);
        await ended.CancelAsync();
        try
        {
            await Task.WhenAll(parts);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // All were asked to stop.
        }
    }

    private Task RunAsync(EngineRole role, CancellationToken stop) =>
        role switch
        {
            EngineRole.Analyzer => AnalyzeAsync(stop),
            EngineRole.Supervisor => SuperviseAsync(stop),
            EngineRole.Learner => options.Impact is { } settings
                ? Host(Learner(settings)).RunAsync(stop)
                : IdleAsync(stop),
            _ => throw new ArgumentOutOfRangeException(nameof(role), role, "no such role"),
        };

    /// <summary>Before a lane judges anything it has to know what the fleet has taught so far.</summary>
    private async Task AnalyzeAsync(CancellationToken stop)
    {
        if (options.Fleet is NoFleet)
        {
            await Host(Analyzer(stop)).RunAsync(stop);
            return;
        }
        var fleet = new FleetTopic(
            options.Kafka,
            options.Layout,
            options.Fleet,
            time,
            loggers.CreateLogger<FleetTopic>()
        );
        await BehindAsync(
            "fleet",
            "what earlier rollouts taught is being read",
            fleet.RunAsync,
            () => Host(Analyzer(stop)),
            stop
        );
    }

    /// <summary>Before anything is planned it has to be known which model plans.</summary>
    private async Task SuperviseAsync(CancellationToken stop)
    {
        if (options.Impact is null)
        {
            await Host(Supervisor(() => RuleOfThumb.Instance)).RunAsync(stop);
            return;
        }
        var models = new ModelsTopic(options.Kafka, options.Layout, time, loggers.CreateLogger<ModelsTopic>());
        await BehindAsync(
            "models",
            "which model plans is being read",
            models.RunAsync,
            () => Host(Supervisor(() => models.Impact)),
            stop
        );
    }

    /// <summary>Runs a role behind a topic that has to be read first, and goes on being read.</summary>
    private async Task BehindAsync(
        string part,
        string waits,
        Func<TaskCompletionSource, CancellationToken, Task> read,
        Func<PartitionHost> host,
        CancellationToken stop
    )
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var caughtUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = read(caughtUp, ended.Token);
        using var health = options.Diagnostics.Health.Part(part);
        health.Waits(waits);
        await caughtUp.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var running = Task.CompletedTask;
        if (caughtUp.Task.IsCompletedSuccessfully)
        {
            // The role's part is there before the topic's is ready: between them the engine isn't taken for ready.
            var role = host();
            health.Ready();
            running = role.RunAsync(ended.Token);
        }
        await Task.WhenAny(reading, running);
        await ended.CancelAsync();
        await Task.WhenAll(reading, running);
    }

    /// <summary>A part that ends is the engine's end, so a role with nothing to do waits for that.</summary>
    private async Task IdleAsync(CancellationToken stop) => await Task.Delay(Timeout.InfiniteTimeSpan, time, stop);

    private async Task WatchBrokerAsync(CancellationToken stop)
    {
        using var probe = new BrokerProbe(options.Kafka, loggers.CreateLogger<BrokerProbe>());
        await Watch(Broker).RunAsync(probe.Ask, stop);
    }

    private async Task WatchJournalAsync(CancellationToken stop)
    {
        using var journal = options.OpenJournal();
        await Watch("journal").RunAsync(_ => journal.PublishedPosition(0), stop);
    }

    private DependencyWatch Watch(string dependency) =>
        new(dependency, options.Diagnostics, time, loggers.CreateLogger<DependencyWatch>());

    private PartitionHost Host(IRole role) =>
        new(options.Kafka, role, options.Diagnostics, time, loggers.CreateLogger(role.GetType()));

    private AnalyzerRole Analyzer(CancellationToken stop)
    {
        var logger = loggers.CreateLogger<AnalyzerRole>();
        return new AnalyzerRole(
            options.Kafka,
            options.Stream,
            new LaneFactory(options.Stream, _policies, options.Detector, options.Fleet),
            new LaneSnapshots(options.Snapshots, options.Kafka.Group, options.SnapshotEvery, logger)
            {
                MayWait = delay => !stop.WaitHandle.WaitOne(delay),
            },
            new PartitionerAudit(options.Layout, options.Kafka.Partitioner),
            time,
            options.Diagnostics,
            logger
        );
    }

    private LearnerRole Learner(LearnerSettings settings) =>
        new(options.Kafka, options.Layout, settings, time, options.Diagnostics, loggers.CreateLogger<LearnerRole>());

    private SupervisorRole Supervisor(Func<IImpact> impact) =>
        new(
            options.Kafka,
            options.Stream,
            _policies,
            options.OpenJournal,
            options.Owner,
            options.Retention,
            impact,
            time,
            options.Diagnostics,
            loggers.CreateLogger<SupervisorRole>()
        );
}
