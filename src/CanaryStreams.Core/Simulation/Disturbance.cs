using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation;

/// <summary>The course that something out of the ordinary takes.</summary>
public enum DisturbanceShape
{
    /// <summary>Full size from its start on.</summary>
    Step,

    /// <summary>Grows by its size every minute.</summary>
    Ramp,

    /// <summary>Full size at its start, decaying with its duration as time constant.</summary>
    Decay,

    /// <summary>Full size for its duration.</summary>
    Pulse,
}

/// <summary>Something that multiplies a metric's level in one arm, or in both.</summary>
/// <param name="Track">Null: both arms, a shared incident.</param>
/// <param name="StartMinute">Minutes since the canary's start; negative within the history.</param>
/// <param name="DurationMinutes">Length of a pulse, time constant of a decay; otherwise unused.</param>
/// <param name="Size">What is added to a factor of one; −0.25 takes a quarter away.</param>
public sealed record Disturbance(
    DisturbanceShape Shape,
    Track? Track,
    double StartMinute,
    double DurationMinutes,
    double Size
)
{
    /// <summary>The factor by which the arm's level is multiplied at that minute.</summary>
    public double Factor(Track track, double minute)
    {
        var since = minute - StartMinute;
        if (since < 0 || (Track is { } only && only != track))
            return 1;
        return 1
            + Size
                * Shape switch
                {
                    DisturbanceShape.Ramp => since,
                    DisturbanceShape.Decay => Math.Exp(-since / DurationMinutes),
                    DisturbanceShape.Pulse => since < DurationMinutes ? 1 : 0,
                    _ => 1,
                };
    }
}
