namespace CanaryStreams.Core.Judging;

/// <summary>What a change did to a series.</summary>
public enum Verdict
{
    Ok,
    Bad,

    /// <summary>Too little data before or behind the change.</summary>
    Inconclusive,
}

/// <param name="Score">In [0,1), from one half on bad; 0 where inconclusive.</param>
public readonly record struct Judgement(double Score, Verdict Verdict);
