using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation;

/// <summary>Everything that is true of one simulated rollout before noise is drawn.</summary>
public sealed record SimulatedRollout
{
    /// <summary>Minutes of stable telemetry before the canary, and of the canary.</summary>
    public const int HistoryMinutes = 60;
    public const int CanaryMinutes = 60;

    /// <summary>Distance of two samples.</summary>
    public const int SampleMs = 30_000;

    public required int Number { get; init; }

    public required RolloutFamily Family { get; init; }

    /// <summary>Seed of its noise.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Requests per minute of the canary's arm at mean load.</summary>
    public required double CanaryRequestsPerMinute { get; init; }

    /// <summary>The canary's part of the traffic, in (0, 0.5].</summary>
    public required double CanaryShare { get; init; }

    public required IReadOnlyList<SimulatedMetric> Metrics { get; init; }

    public required SimulationNoise Noise { get; init; }

    /// <summary>Minute of the day at which the canary starts.</summary>
    public required double DayMinute { get; init; }

    /// <summary>Synthetic pairs per minute; 0: none.</summary>
    public double PairsPerMinute { get; init; }

    /// <summary>Probability that a synthetic run fails on the canary; on stable it is 0.3 %.</summary>
    public double CanaryRunFails { get; init; } = 0.003;

    /// <summary>From when on it does.</summary>
    public double RunsFailFromMinute { get; init; }

    /// <summary>The canary's telemetry is missing between these minutes.</summary>
    public double MissingFromMinute { get; init; }
    public double MissingToMinute { get; init; }

    /// <summary>When the fault began, minutes since the canary's start; null for a healthy one.</summary>
    public double? OnsetMinute { get; init; }

    /// <summary>When users begin to be hurt; null for a healthy one.</summary>
    public double? HurtsAtMinute { get; init; }

    /// <summary>It is over and its outcome told before those begin that are to be judged.</summary>
    public bool IsEarlier { get; init; }

    public string App => $"{(IsEarlier ? "fleet" : "app")}-{Number:D5}";

    public string Rollout => $"{App}-2.0.0";

    public static string StableVersion => "1.0.0";

    public static string CanaryVersion => "2.0.0";

    public static string Cluster => "eu-1";

    public bool IsMissing(Track track, double minute) =>
        track == Track.Canary && (minute < 0 || (minute >= MissingFromMinute && minute < MissingToMinute));
}
