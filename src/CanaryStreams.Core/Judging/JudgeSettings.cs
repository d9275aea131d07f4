namespace CanaryStreams.Core.Judging;

/// <summary>How a <see cref="ChangeJudge"/> compares what follows a change with what was before.</summary>
public sealed record JudgeSettings
{
    public static JudgeSettings Default { get; } = new();

    /// <summary>Data later than this behind the change isn't looked at.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromMinutes(120);

    /// <summary>How much of the past is learnt from.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(21);

    /// <summary>The stretch whose median is the level before the change.</summary>
    public TimeSpan Before { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>Largest distance between the moments of the past that the change is compared with.</summary>
    public TimeSpan PlaceboStep { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Fewer such moments than this teach nothing: inconclusive.</summary>
    public int PlacebosMin { get; init; } = 20;

    /// <summary>Fewer values than this before or behind the change say nothing: inconclusive.</summary>
    public int ValuesMin { get; init; } = 5;

    /// <summary>
    /// Surprise at which the score is one half and the change is bad. Both windows of 30 and of 120 minutes had their best
    /// F1 within 0.02 of it on the development half of the labelled changes.
    /// </summary>
    public double HalfScoreSurprise { get; init; } = 1.69;
}
