using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Simulation.World;

/// <summary>
/// How likely each fault is in one seed. Each seed has a weather of its own, in which some faults are frequent and others never
/// come: mild ones alone show what storms hide.
/// </summary>
internal sealed class Weather
{
    private static readonly int Kinds = Enum.GetValues<FaultKind>().Length;
    private readonly double[] _chances = new double[Kinds];

    public Weather(SeededRandom random, bool isCalm)
    {
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            var strength = random.Chance(0.35) ? 0 : Math.Pow(10, random.Uniform(-1, 0.5));
            _chances[(int)kind] = isCalm ? 0 : strength * Usual(kind);
        }
        StepMs = (int)random.Uniform(20, 80);
    }

    /// <summary>Mean time between two steps of a world of eight actors, milliseconds; more of them step side by side.</summary>
    public int StepMs { get; }

    public double this[FaultKind kind]
    {
        get => _chances[(int)kind];
        set => _chances[(int)kind] = value;
    }

    /// <summary>Per opportunity, of which there are very different numbers.</summary>
    private static double Usual(FaultKind kind) =>
        kind switch
        {
            FaultKind.Crash => 0.003,
            FaultKind.SlowStep => 0.01,
            FaultKind.Stall or FaultKind.Zombie => 0.002,
            FaultKind.Restart => 0.002,
            FaultKind.JournalOutage or FaultKind.BrokerOutage => 0.0015,
            FaultKind.JournalCut or FaultKind.BrokerCut => 0.002,
            FaultKind.JournalRefused or FaultKind.JournalAnswerLost => 0.02,
            FaultKind.JournalLateAppend => 0.04,
            FaultKind.SendBroken => 0.005,
            FaultKind.LateSend => 0.5,
            FaultKind.CommitLost => 0.05,
            FaultKind.FetchLag => 0.1,
            FaultKind.SnapshotLost => 0.05,
            FaultKind.AgentDown => 0.002,
            FaultKind.AgentRestart => 0.02,
            FaultKind.UpdateDuplicated or FaultKind.OldUpdateAgain => 0.1,
            FaultKind.UnreadableRecord => 0.02,
            _ => 0.1,
        };
}
