using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Evidence;

/// <summary>A gamma law of a ratio's usual rate, said as if it had been seen.</summary>
/// <param name="Events">Its shape; &gt; 0.</param>
/// <param name="Trials">Events over the mean rate; &gt; 0.</param>
public readonly record struct RatioPrior(double Events, double Trials)
{
    /// <summary>One event, at the rate that whoever chose minEffect seems to reckon with.</summary>
    public static RatioPrior Of(MinEffect minEffect) =>
        new(1, 1 / (minEffect.Relative ? 0.01 : Math.Min(minEffect.Size, 0.2)));
}
