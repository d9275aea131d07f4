using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Learning;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// The engine in one process: analyzer and supervisor over one Kafka and one journal. They share nothing but topics and
/// the journal's file, so each could as well run alone.
/// </summary>
public sealed class EngineHost(
    KafkaSettings kafka,
    TopicLayout layout,
    StreamSettings stream,
    IReadOnlyList<Policy> policies,
    DetectorModel detector,
    IFleet fleet,
    Func<IJournal> openJournal,
    EngineDiagnostics diagnostics,
    TimeProvider time,
    ILoggerFactory loggers
)
{
    /// <summary>There from the beginning, so that the engine isn't taken for ready before it runs.</summary>
    private readonly IHealthPart _experience = diagnostics.Health.Part("fleet");

    /// <summary>Runs until stopped. When a part fails the others are stopped too and the failure thrown.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var byName = policies.ToDictionary(policy => policy.Name);
        using var checkpoints = openJournal();
        var analyzer = new AnalyzerService(
            kafka,
            stream,
            new LaneFactory(stream, byName, detector, fleet),
            checkpoints,
            new PartitionerAudit(layout, kafka.Partitioner),
            time,
            loggers.CreateLogger<AnalyzerService>()
        );
        var supervisor = new SupervisorService(
            kafka,
            stream,
            byName,
            openJournal,
            time,
            loggers.CreateLogger<SupervisorService>()
        );
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var experience = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] parts = [ReadFleetAsync(experience, ended.Token)];
        _experience.Waits("what earlier rollouts taught is being read");
        if (await HasReadAsync(experience.Task))
        {
            _experience.Ready();
            parts = [.. parts, analyzer.RunAsync(ended.Token), supervisor.RunAsync(ended.Token)];
        }
        var first = await Task.WhenAny(parts);
        await ended.CancelAsync();
        try
        {
            await Task.WhenAll(parts);
        }
        catch (OperationCanceledException) when (first.IsCanceled || stop.IsCancellationRequested)
        {
            // All were asked to stop.
        }
    }

    /// <returns>False where that failed or was stopped: the reader says why.</returns>
    private static async Task<bool> HasReadAsync(Task experience)
    {
        await experience.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return experience.IsCompletedSuccessfully;
    }

    /// <summary>Before a lane judges anything it has to know what the fleet has taught so far.</summary>
    private Task ReadFleetAsync(TaskCompletionSource caughtUp, CancellationToken stop)
    {
        if (fleet is not NoFleet)
            return new FleetTopic(kafka, layout, fleet, loggers.CreateLogger<FleetTopic>()).RunAsync(caughtUp, stop);
        caughtUp.SetResult();
        return Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
    }
}
