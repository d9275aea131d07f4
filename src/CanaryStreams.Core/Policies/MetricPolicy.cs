namespace CanaryStreams.Core.Policies;

/// <summary>How a metric's value is to be read.</summary>
public enum MetricKind
{
    /// <summary>A share in [0,1] of <c>count</c> trials.</summary>
    Ratio,

    /// <summary>The mean of <c>count</c> observations.</summary>
    Mean,

    /// <summary>One reading of a level.</summary>
    Gauge,
}

/// <summary>The direction in which a metric gets worse.</summary>
public enum Worse
{
    Up,
    Down,
    Both,
}

/// <summary>The smallest difference between canary and stable worth a rollback; a persistent smaller one never is.</summary>
/// <param name="Size">&gt; 0; as a fraction of stable's level when <paramref name="Relative"/>, else in the metric's unit.</param>
public readonly record struct MinEffect(double Size, bool Relative);

/// <summary>What a policy says of one metric.</summary>
public sealed record MetricPolicy(string Name, MetricKind Kind, Worse Worse, MinEffect MinEffect)
{
    /// <summary>The sign that turns an effect so that worse is up; where both directions are worse, the effect's own.</summary>
    public double TowardsWorse(double effect) =>
        Worse switch
        {
            Worse.Up => 1,
            Worse.Down => -1,
            _ => effect < 0 ? -1 : 1,
        };

    /// <summary>An effect in units of minEffect, so that worse is positive.</summary>
    /// <param name="effect">In minEffect's unit.</param>
    public double InMinEffects(double effect) => TowardsWorse(effect) * effect / MinEffect.Size;
}
