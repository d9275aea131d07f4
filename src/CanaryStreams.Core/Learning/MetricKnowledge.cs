using CanaryStreams.Core.Evidence;

namespace CanaryStreams.Core.Learning;

/// <summary>What the fleet teaches of one metric.</summary>
/// <param name="Noise">Of the difference of two arms' levels; null where too few were seen.</param>
/// <param name="Ratio">The usual rate of a ratio among applications; null where too few were seen.</param>
/// <param name="Relief">By how many nats the threshold may lie below ln(1/share); see <see cref="ThresholdRelief"/>.</param>
public sealed record MetricKnowledge(NoiseKnowledge? Noise, RatioPrior? Ratio, double Relief)
{
    public static MetricKnowledge Nothing { get; } = new(null, null, 0);

    /// <summary>The share of the budget, where the threshold is another than 1 / share and it has to be told; else null.</summary>
    public double? ShareToTell(double share) => Relief == 0 ? null : share;

    /// <summary>
    /// Of an application with these blips: where they are a habit, what others reached teaches half as much.
    /// </summary>
    public MetricKnowledge For(BlipProfile blips) =>
        blips.Seen && Relief > 0 ? this with { Relief = Relief / 2 } : this;
}
