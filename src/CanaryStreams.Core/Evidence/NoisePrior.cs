namespace CanaryStreams.Core.Evidence;

/// <summary>
/// What is believed of the slow noise of the difference of two healthy arms before any of it is seen: which part of
/// stable's own slow noise it has (the rest is load that both arms share) and how slow it is. Every part is combined
/// with every autocorrelation; evidence learns which holds while it looks. A fleet's earlier rollouts can sharpen it.
/// </summary>
/// <param name="Parts">Deviation of one arm's own noise as a part of stable's; each &gt; 0.</param>
/// <param name="PartWeights">Their probabilities.</param>
/// <param name="Autocorrelations">φ of one minute, each in [0,1).</param>
/// <param name="AutocorrelationWeights">Their probabilities.</param>
public sealed record NoisePrior(
    IReadOnlyList<double> Parts,
    IReadOnlyList<double> PartWeights,
    IReadOnlyList<double> Autocorrelations,
    IReadOnlyList<double> AutocorrelationWeights
)
{
    public static NoisePrior Default { get; } = new([0.15, 0.35, 0.9], [0.42, 0.44, 0.14], [0.6, 0.9], [0.72, 0.28]);

    /// <summary>
    /// The same where no history tells stable's own noise, and the parts are of an assumed deviation: it may be many times
    /// as large.
    /// </summary>
    public NoisePrior OfUnknownSize() =>
        this with
        {
            Parts = [0.15, 0.35, 0.9, 2.7, 8],
            PartWeights = [0.3, 0.3, 0.2, 0.12, 0.08],
        };
}
