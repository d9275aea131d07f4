namespace CanaryStreams.Core.Planning;

/// <summary>What a risk means for steps and waves: four ranges, from low to very high.</summary>
/// <param name="Low">Below, the risk is low: waves may double each time.</param>
/// <param name="Middle">Below, it is middling: waves grow more slowly; from here on clusters go one by one.</param>
/// <param name="High">
/// Below, it is high; from here on very high: a cluster of which a failure elsewhere makes so much isn't begun, and is taken back where
/// the policy's blast is <c>similar</c>.
/// </param>
/// <param name="Ladders">Canary weights for each of the four; at no step larger in a higher range.</param>
/// <param name="MostNeeds">
/// No canary has to be larger than so many times the least weight that decides, and steps beyond it are left out; null: the ladders say.
/// </param>
public sealed record RiskScale(
    double Low,
    double Middle,
    double High,
    IReadOnlyList<IReadOnlyList<int>> Ladders,
    int? MostNeeds = null
)
{
    /// <summary>Of the rule of thumb, whose numbers are no probabilities.</summary>
    public static RiskScale RuleOfThumb { get; } =
        new(
            0.15,
            0.35,
            0.65,
            [
                [25, 50, 100],
                [10, 25, 50, 100],
                [5, 10, 25, 50, 100],
                [1, 5, 10, 25, 50, 100],
            ]
        );

    /// <summary>Of P(failure): a tenth is what a usual fleet sees over all its updates.</summary>
    public static RiskScale Probability { get; } =
        new(
            0.015,
            0.06,
            0.15,
            [
                [5, 25, 100],
                [2, 10, 50, 100],
                [2, 5, 20, 50, 100],
                [2, 5, 20, 50, 100],
            ],
            MostNeeds: 25
        );

    /// <summary>Canary weights for a risk in 0..1: at no step larger for a higher risk.</summary>
    public IReadOnlyList<int> StepsFor(double risk) => Ladders[RangeOf(risk)];

    /// <summary>What the risks of a plan mean, by the rule or model that it names.</summary>
    public static RiskScale Of(string model) => model == RiskRule.Name ? RuleOfThumb : Probability;

    /// <summary>Which of the four ranges a risk lies in, from 0.</summary>
    internal int RangeOf(double risk) =>
        risk < Low ? 0
        : risk < Middle ? 1
        : risk < High ? 2
        : 3;
}
