namespace CanaryStreams.Core.Simulation;

/// <summary>Rollouts to be judged, and before them earlier ones of other applications, whose outcome was told.</summary>
/// <param name="Earlier">May be none.</param>
/// <param name="StartMs">When the first telemetry may begin, Unix milliseconds, a whole minute.</param>
public sealed record SimulatedFleet(
    IReadOnlyList<SimulatedRollout> Earlier,
    IReadOnlyList<SimulatedRollout> Rollouts,
    long StartMs
)
{
    private static readonly long s_startMs = new DateTimeOffset(
        2026,
        1,
        5,
        8,
        0,
        0,
        TimeSpan.Zero
    ).ToUnixTimeMilliseconds();

    private long RolloutsStartMs => StartMs + (Earlier.Count > 0 ? SimulatedRecords.PlayMs : 0);

    /// <param name="families">Of those to be judged, taken in turn; the earlier ones are of all.</param>
    public static SimulatedFleet Draw(
        ulong seed,
        int earlier,
        int count,
        IReadOnlyList<RolloutFamily> families,
        SimulationNoise? noise = null
    ) =>
        new(
            [.. RolloutSimulator.Earlier(seed, earlier, noise)],
            [.. RolloutSimulator.Rollouts(seed, count, families, noise)],
            s_startMs
        );

    /// <summary>All records in time order: the earlier rollouts from beginning to end, then the others at once.</summary>
    public IEnumerable<SimulatedRecord> Play() =>
        SimulatedRecords.Play(Earlier, StartMs).Concat(SimulatedRecords.Play(Rollouts, RolloutsStartMs));

    /// <summary>The truth of those to be judged, as CSV.</summary>
    public IEnumerable<string> Truth() => SimulatedRecords.Truth(Rollouts, RolloutsStartMs);
}
