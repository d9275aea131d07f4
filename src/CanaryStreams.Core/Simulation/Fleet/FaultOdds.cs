using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>
/// How likely an update carries which fault: each kind goes with one feature of the change, and all are likelier in an
/// application that is frail. This is what a planner can learn and is never told.
/// </summary>
internal static class FaultOdds
{
    /// <summary>No update is above every doubt, and none is lost for certain.</summary>
    private const double Most = 0.9;
    private const double Base = 0.006;

    /// <param name="frailty">Of the application; 1 is usual.</param>
    public static HiddenFault Draw(ChangeProfile change, double frailty, SeededRandom random)
    {
        var odds = Of(change, frailty);
        var at = random.NextDouble();
        foreach (var (fault, probability) in odds)
        {
            if (at < probability)
                return fault;
            at -= probability;
        }
        return HiddenFault.None;
    }

    /// <summary>Probabilities of the faults; what is missing to 1 is that of none.</summary>
    public static IReadOnlyList<(HiddenFault Fault, double Probability)> Of(ChangeProfile change, double frailty)
    {
        (HiddenFault Fault, double Probability)[] odds =
        [
            (HiddenFault.Everywhere, Base + (change.Schema ? 0.2 : 0)),
            (HiddenFault.OldKernel, Base + 0.45 * Saturating(change.Dependencies, 2)),
            (HiddenFault.SmallMemory, Base + 0.15 * Saturating(change.Files, 40)),
            (HiddenFault.SlowNetwork, Base + (change.ConfigOnly ? 0.2 : 0)),
            (HiddenFault.HighLoad, Base + 0.25 * Saturating(change.Lines, 800)),
        ];
        var sum = odds.Sum(one => one.Probability) * frailty;
        var scale = frailty * Math.Min(1, Most / sum);
        return [.. odds.Select(one => (one.Fault, one.Probability * scale))];
    }

    private static double Saturating(double size, double half) => size / (size + half);
}
