using CanaryStreams.Core.Explanations;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Engine.Tests.Explain;

/// <summary>Events of a rollout as a journal would have them: one cluster, ten minutes of a canary.</summary>
internal static class Story
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    public static readonly Policy Policy = new() { Steps = [5, 100], Bake = TimeSpan.FromMinutes(30) };

    public static IReadOnlyList<RolloutEvent> Begun { get; } =
    [
        new RolloutRequested(
            Start,
            new RolloutRequest
            {
                Rollout = "r1",
                App = "shop",
                Version = "2.0",
                From = "1.0",
                Clusters = [new ClusterProfile { Name = "eu-1" }],
            },
            Policy
        ),
        new RolloutPlanned(
            Start,
            new RolloutPlan("rule", 0.2, [new ClusterPlan("eu-1", 0.2, [5, 100], 0.6, "why")]),
            new BudgetSplit(0.01, 4, 0.002, 0.002)
        ),
        new StepStarted(Start, "eu-1", 0, 5, Start.AddHours(1)),
        new BakeStarted(Start.AddMinutes(1), Start),
    ];

    /// <summary>Five buckets: stable at 0.2 %, the canary at 3 % from the third on.</summary>
    public static EvidenceTrail Trail { get; } =
        new(
            Start.AddMinutes(5),
            60,
            [0.002, 0.002, 0.002, 0.002, double.NaN],
            [double.NaN, 0.002, 0.03, 0.016, 0.03],
            [double.NaN, 0, 3, 6, 9]
        );

    public static RollbackEvidence Errors { get; } =
        new(
            "eu-1",
            "error_rate",
            null,
            0.0275,
            0.0201,
            0.0349,
            8103,
            8103,
            500,
            0.002,
            0.93,
            0.97,
            0.6,
            Start.AddMinutes(7),
            null
        )
        {
            Explanation = new EvidenceExplanation(
                new SharedIncidentCheck(Ruling.RuledOut, 0.002, 0.0021, 0.002, 0.03),
                new BlipCheck(Ruling.Possible, 3, 3, 3, 3),
                new WarmUpCheck(Ruling.Unknown, 2, double.NaN),
                Trail
            ),
        };

    public static EvidenceStanding Standing(string metric, double largest, double? eValue = null) =>
        new("eu-1", metric, null, 0.012, -0.02, 0.044, eValue ?? largest, largest, 500, 0.002, 0.1);

    public static RollbackDecided RolledBack { get; } =
        new(
            Start.AddMinutes(10),
            RollbackCause.Evidence,
            "shop 2.0 rolled back in eu-1: error_rate …",
            [Errors],
            [Standing("latency_ms", 50), Standing("cpu_pct", 100, eValue: 1.1)],
            [new UnusualSeries("eu-1", "queue", Core.Telemetry.Track.Stable, null, 7, 3, 0.98)],
            new BudgetSpent(0.01, 0.002, 1.0 / 8103)
        );
}
