using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Cli.Verdicts;

/// <summary>Under what circumstances rollouts are judged; a section of the report.</summary>
/// <param name="Name">For files and progress.</param>
/// <param name="PerSeed">How many rollouts a seed has, as a share of what was asked for.</param>
internal sealed record VerdictCondition(
    string Name,
    string Title,
    IReadOnlyList<RolloutFamily> Families,
    SimulationNoise Noise,
    double PerSeed
)
{
    private static readonly IReadOnlyList<RolloutFamily> s_healthy =
    [
        .. RolloutFamilies.All.Where(family => !family.IsFaulty()),
    ];

    public static IReadOnlyList<VerdictCondition> All { get; } =
    [
        new("usual", "The families the engine was built with", RolloutFamilies.All, new SimulationNoise(), 1),
        new(
            "restless",
            "Slower and larger noise: AR(.85) a minute, half as large again, nobody told",
            s_healthy,
            new SimulationNoise(0.85, 1.5),
            (double)s_healthy.Count / RolloutFamilies.All.Count
        ),
        new(
            "hard",
            "Families that were thought out to break it",
            RolloutFamilies.Hard,
            new SimulationNoise(),
            (double)RolloutFamilies.Hard.Count / RolloutFamilies.All.Count
        ),
    ];
}
