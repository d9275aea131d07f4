namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>
/// What an application loses by each kind of mistake: the profiles of the Numenta Anomaly Benchmark (Lavin and Ahmad, ICMLA
/// 2015; <c>config/profiles.json</c> of github.com/numenta/NAB).
/// </summary>
/// <param name="Name">As it is printed.</param>
/// <param name="FoundWeight">Gained by a window found at its first point.</param>
/// <param name="FalseWeight">Lost by a false alert far from any window.</param>
/// <param name="MissedWeight">Lost by a window not found.</param>
public sealed record NabProfile(string Name, double FoundWeight, double FalseWeight, double MissedWeight)
{
    public static NabProfile Standard { get; } = new("standard", 1, 0.11, 1);

    public static NabProfile RewardLowFalsePositives { get; } = new("low-FP", 1, 0.22, 1);

    public static NabProfile RewardLowFalseNegatives { get; } = new("low-FN", 1, 0.11, 2);

    public static IReadOnlyList<NabProfile> All { get; } = [Standard, RewardLowFalsePositives, RewardLowFalseNegatives];
}
