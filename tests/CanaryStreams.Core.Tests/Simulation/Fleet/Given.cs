using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Simulation.Fleet;

namespace CanaryStreams.Core.Tests.Simulation.Fleet;

/// <summary>A fleet written out by hand: one application, a cluster of an old kernel and one of a new.</summary>
internal static class Given
{
    public const int Old = 0;
    public const int New = 1;

    /// <summary>A whole minute.</summary>
    public static readonly long StartMs = new DateTimeOffset(
        2026,
        1,
        5,
        0,
        0,
        0,
        TimeSpan.Zero
    ).ToUnixTimeMilliseconds();

    public static FleetApp App(double requestsPerMinute = 1000) =>
        new(
            "shop",
            7,
            [Cluster("old", "4.18", requestsPerMinute), Cluster("new", "6.1", requestsPerMinute)],
            Frailty: 1,
            ErrorRate: 0.001,
            LatencyMs: 100,
            BlipsPerHour: 0
        );

    public static FleetUpdate Update(
        HiddenFault fault = HiddenFault.OldKernel,
        FaultHarm? harm = null,
        FleetApp? app = null,
        int number = 0
    ) =>
        new()
        {
            Number = number,
            App = app ?? App(),
            Sequence = number + 1,
            RequestMs = StartMs + 120 * 60_000 - 1,
            Seed = 5,
            Change = new ChangeProfile { Lines = 10 },
            Fault = fault,
            Harm = harm ?? new FaultHarm(0.05, 0, 0),
        };

    public static FleetResult Result(
        FleetUpdate update,
        RolloutOutcome outcome,
        double minutes = 0,
        long met = 0,
        double after = 0,
        double? metAt = null,
        double? decidedAt = null,
        params (string Cluster, double Risk)[] plan
    )
    {
        var planned = new RolloutPlan(
            "by hand",
            0.1,
            [.. plan.Select(one => new ClusterPlan(one.Cluster, one.Risk, [5, 100], 0.6, ""))]
        );
        return new FleetResult(
            update,
            planned,
            planned,
            outcome,
            At(minutes)!.Value,
            met,
            after,
            met,
            At(metAt),
            At(decidedAt)
        );

        long? At(double? minute) => minute is { } m ? update.RequestMs + (long)(m * 60_000) : null;
    }

    private static FleetCluster Cluster(string name, string kernel, double requestsPerMinute) =>
        new(new ClusterProfile { Name = name, Kernel = kernel }, 50, 720, requestsPerMinute);
}
