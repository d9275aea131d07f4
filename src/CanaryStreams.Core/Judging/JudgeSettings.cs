namespace CanaryStreams.Core.Judging;

/// <summary>How a <see cref="ChangeJudge"/> compares what follows a change with what was before.</summary>
public sealed record JudgeSettings
{
    public static JudgeSettings Default { get; } = new();

    /// <summary>Data later than this behind the change isn't looked at.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromMinutes(120);

    /// <summary>The shortest window behind the change that is judged for itself; each longer one is twice as long.</summary>
    public TimeSpan ShortestAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How much of the past is learnt from.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(21);

    /// <summary>The stretch whose median is the level before the change.</summary>
    public TimeSpan Before { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>Largest distance between the moments of the past that the change is compared with.</summary>
    public TimeSpan PlaceboStep { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>A moment of the past that is as far as this from the change's time of day counts half.</summary>
    public TimeSpan LikeTime { get; init; } = TimeSpan.FromMinutes(45);

    /// <summary>Fewer such moments than this teach nothing: inconclusive.</summary>
    public int PlacebosMin { get; init; } = 20;

    /// <summary>Fewer values than this before or behind the change say nothing: inconclusive.</summary>
    public int ValuesMin { get; init; } = 5;

    /// <summary>
    /// Surprise, −log₁₀ of a share of the past, at which the score is one half and the change is bad. F1 on the
    /// labelled changes is flat around it, for 30 as for 120 minutes.
    /// </summary>
    public double HalfScoreSurprise { get; init; } = 1.8;
}
