using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>Asks every few seconds whether a dependency answers, and says so: while nothing happens nobody else would notice.</summary>
internal sealed class DependencyWatch(
    string dependency,
    EngineDiagnostics diagnostics,
    TimeProvider time,
    ILogger logger
)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <param name="ask">Blocks until it has an answer or the time given is over; throws where there is none.</param>
    public async Task RunAsync(Action<TimeSpan> ask, CancellationToken stop)
    {
        using var health = diagnostics.Health.Part(dependency);
        var isAway = false;
        while (!stop.IsCancellationRequested)
        {
            var trouble = await Task.Run(() => TroubleOf(ask), CancellationToken.None);
            if (trouble is null)
                health.Ready();
            else
                health.Waits(trouble);
            if (trouble is null && isAway)
                LiveLog.IsBack(logger, dependency);
            else if (trouble is not null && !isAway)
                LiveLog.IsAway(logger, dependency, trouble);
            isAway = trouble is not null;
            diagnostics.Metrics.Available(dependency, !isAway);
            await Task.Delay(Every, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string? TroubleOf(Action<TimeSpan> ask)
    {
        try
        {
            ask(AnswerWithin);
            return null;
        }
        catch (Exception away) when (away is BrokerException or JournalUnavailableException)
        {
            return away.Message;
        }
    }
}
