using CanaryStreams.Cli.Hosting;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Configuration;
using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Live;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Cli.Demo;

/// <summary>Starts broker, engine, fleet and view, waits for both rollouts to end, and says what happened.</summary>
internal static class DemoRun
{
    private const int Partitions = 2;
    private static readonly TimeSpan FirstRequestAfter = TimeSpan.FromMinutes(4);

    public static async Task<int> RunAsync(ulong seed, string folder, CancellationToken stop)
    {
        var loaded = ConfigurationLoader.Load("demo", DemoScenario.Configuration, _ => null);
        var options =
            loaded.Options ?? throw new InvalidOperationException(string.Join(Environment.NewLine, loaded.Errors));
        var journal = PrepareJournal(folder);
        using var broker = new EmbeddedBroker(Topics.All, Partitions);
        var kafka = broker.Settings();
        using var loggers = EngineLogging.Create(LogLevel.Error);
        DemoText.PrintIntroduction(broker.Bootstrap, journal, seed);
        var started = TimeProvider.System.GetUtcNow();
        var time = new ScaledTime(TimeProvider.System, started, DemoScenario.Speed);
        var watch = new DemoWatch(kafka);
        var fleet = new DemoFleet(kafka, time, seed);
        await fleet.PublishPastAsync(started, stop);

        using var diagnostics = new EngineDiagnostics(TimeProvider.System);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var layout = await new TopicAdmin(kafka).EnsureAsync([.. Topics.All], Partitions, cancellation: stop);
        var engine = new EngineHost(
            EngineOptions.Of(options, kafka, layout, () => SqliteJournal.Open(journal), diagnostics),
            time,
            loggers
        );
        Task[] running =
        [
            engine.RunAsync(ended.Token),
            fleet.PublishAsync(ended.Token),
            fleet.RunAgentsAsync(ended.Token),
            watch.RunAsync(ended.Token),
        ];
        var story = TellAsync(watch, fleet, time, started, ended.Token);
        try
        {
            var first = await Task.WhenAny([story, .. running]);
            if (first != story)
                await first;
            var decided = await story;
            DemoText.PrintSummary(watch, fleet, time.GetUtcNow() - started, TimeProvider.System.GetUtcNow() - started);
            return decided && watch.IsAsItShouldBe ? ExitCodes.Done : ExitCodes.No;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(running).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Requests the updates, shows what goes on, and ends when both rollouts have (true) or the time is up.</summary>
    private static async Task<bool> TellAsync(
        DemoWatch watch,
        DemoFleet fleet,
        TimeProvider time,
        DateTimeOffset started,
        CancellationToken stop
    )
    {
        await Task.Delay(FirstRequestAfter, time, stop);
        await fleet.RequestAsync(time.GetUtcNow(), stop);
        var giveUp = started + DemoScenario.GiveUpAfter;
        await DemoView.ShowAsync(
            watch,
            time,
            () =>
            {
                foreach (var rollout in watch.Rollouts.Where(rollout => rollout.Outcome is not null))
                    fleet.Close(rollout.Update);
                return watch.HaveAllEnded || time.GetUtcNow() >= giveUp;
            },
            stop
        );
        return watch.HaveAllEnded;
    }

    /// <summary>The demo's own journal file, anew.</summary>
    private static string PrepareJournal(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "journal.db");
        foreach (var file in new[] { path, path + "-wal", path + "-shm" })
            File.Delete(file);
        return path;
    }
}
