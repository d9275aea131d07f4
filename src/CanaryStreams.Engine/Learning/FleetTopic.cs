using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Live;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Learning;

/// <summary>
/// Reads <c>canary.fleet</c> from its beginning and goes on reading it, so that every process knows what all of them have
/// learnt, before a restart too.
/// </summary>
public sealed class FleetTopic(
    KafkaSettings kafka,
    TopicLayout layout,
    IFleet fleet,
    TimeProvider time,
    ILogger<FleetTopic> logger
)
{
    /// <summary>Reads on until stopped; throws when the client can't go on.</summary>
    /// <param name="caughtUp">Completed when all that was there at the start is read, or failed when it can't be read.</param>
    public Task RunAsync(TaskCompletionSource caughtUp, CancellationToken stop)
    {
        var learnt = 0;
        var taking = new TopicTaking(
            value => learnt += Learn(value) ? 1 : 0,
            () => LiveLog.FleetRead(logger, learnt),
            $"What the fleet has taught can't be read from {Topics.Fleet}, without which nothing is judged; "
                + "learning: { fleet: off } does without it."
        )
        {
            Begun = reader =>
            {
                if (!reader.IsCaughtUp)
                    LiveLog.WaitsForFleet(logger, Topics.Fleet);
            },
        };
        return CompactedTopic.RunAsync(
            taking,
            () => CompactedTopic.Open(kafka, Topics.Fleet, layout, time, logger, stop),
            caughtUp,
            stop
        );
    }

    private bool Learn(byte[] value)
    {
        try
        {
            return fleet.Learn(ExperienceJson.Decode(value));
        }
        catch (FormatException error)
        {
            LiveLog.ExperienceUnreadable(logger, error.Message);
            return false;
        }
    }
}
