using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Planning;

/// <summary>How many clusters go together.</summary>
public class PlannedWavesTests
{
    private static readonly ChangeProfile s_small = new() { Lines = 10 };

    // A schema, and more than 800 lines: 0.2 to 0.3 in calm clusters.
    private static readonly ChangeProfile s_middling = new() { Lines = 900, Schema = true };
    private static readonly ChangeProfile s_large = new()
    {
        Lines = 90_000,
        Files = 900,
        Dependencies = 9,
        Schema = true,
    };

    [Theory]
    [InlineData("small", 1, 2, 4, 3)]
    [InlineData("middling", 1, 1, 2, 2, 4)]
    [InlineData("large", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    [InlineData("unknown", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    public void Plan_ByRisk_SendsTheMoreTogetherTheLowerTheRisk(string change, params int[] sizes)
    {
        var profile = change switch
        {
            "small" => s_small,
            "middling" => s_middling,
            "large" => s_large,
            _ => new ChangeProfile(),
        };

        SizesOf(Planner.Plan(Request(profile, Calm(10)), new Policy())).ShouldBe(sizes);
    }

    [Fact]
    public void Plan_OneByOne_NamesNoWaves()
    {
        var plan = Planner.Plan(Request(s_small, Calm(10)), new Policy { Waves = WaveRule.OneByOne });

        plan.Clusters.ShouldAllBe(cluster => cluster.Wave == null);
        plan.Clusters.ShouldAllBe(cluster => !cluster.Reason.Contains("wave"));
    }

    [Fact]
    public void Plan_OfTwoClusters_NamesNoWaves() =>
        Planner.Plan(Request(s_small, Calm(2)), new Policy()).Clusters.ShouldAllBe(cluster => cluster.Wave == null);

    [Fact]
    public void Plan_OfAWave_SaysWhoElseIsInIt()
    {
        var clusters = Planner.Plan(Request(s_small, Calm(8)), new Policy()).Clusters;

        clusters[0]
            .Reason.ShouldEndWith(
                "canary starts at 25 % for this risk, rolls back from P(sustained) 0.69 for this risk"
            );
        clusters[1].Reason.ShouldEndWith("; wave 2, together with c2");
        clusters[1].Reason.ShouldContain("canary starts at 25 % for the wave's highest risk 0.03");
        clusters[3].Reason.ShouldEndWith("; wave 3, together with c4, c5 and c6");
    }

    [Fact]
    public void Plan_WhereSomeClustersAreVulnerable_SendsThoseOneByOneAtTheEnd()
    {
        ClusterProfile[] clusters = [Busy("b1"), .. Calm(4), Busy("b2")];

        var plan = Planner.Plan(
            Request(s_large, clusters) with
            {
                Change = s_large with { ConfigOnly = true },
            },
            new Policy()
        );

        plan.Clusters.Select(c => c.Name).TakeLast(2).ShouldBe(["b1", "b2"]);
        SizesOf(plan).TakeLast(2).ShouldBe([1, 1]);
    }

    [Fact]
    public void Waves_OfAnyRequest_AreConsecutiveOfOneRiskBandAndOfOneLadder() =>
        Prop.ForAll(
                Gen.Choose(0, 100).ArrayOf().Where(loads => loads.Length > 0).ToArbitrary(),
                loads =>
                {
                    var change = new ChangeProfile { Lines = 1 + loads.Sum() * 2, Schema = loads[0] % 3 == 0 };
                    var clusters = loads.Select((load, i) => new ClusterProfile { Name = $"c{i}", LoadPct = load });
                    var plan = Planner.Plan(Request(change, [.. clusters]), new Policy());
                    var waves = WavesOf(plan);
                    return waves[0].Clusters.Count == 1
                        && waves.Sum(wave => wave.Clusters.Count) == loads.Length
                        && plan.Clusters.Zip(plan.Clusters.Skip(1)).All(p => p.First.Risk <= p.Second.Risk)
                        && waves.Zip(waves.Skip(1)).All(p => p.Second.Clusters.Count <= 2 * p.First.Clusters.Count)
                        && waves.All(wave =>
                            wave.Clusters.All(c =>
                                c.Steps.SequenceEqual(RiskScale.RuleOfThumb.StepsFor(wave.Clusters[^1].Risk))
                            )
                        );
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Wave_OfMany_IsListedShort()
    {
        Wave.Listed(["a"]).ShouldBe("a");
        Wave.Listed(["a", "b"]).ShouldBe("a and b");
        Wave.Listed(["a", "b", "c", "d"]).ShouldBe("a, b, c and d");
        Wave.Listed(["a", "b", "c", "d", "e"]).ShouldBe("a, b, c and 2 more");
    }

    private static List<Wave> WavesOf(RolloutPlan plan)
    {
        var waves = new List<Wave>();
        for (var first = 0; first < plan.Clusters.Count; first += waves[^1].Clusters.Count)
            waves.Add(Wave.At(plan, first));
        return waves;
    }

    private static IEnumerable<int> SizesOf(RolloutPlan plan) => WavesOf(plan).Select(wave => wave.Clusters.Count);

    private static ClusterProfile[] Calm(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new ClusterProfile
                {
                    Name = $"c{i}",
                    LoadPct = 30,
                    Instances = 50,
                }),
        ];

    private static ClusterProfile Busy(string name) =>
        new()
        {
            Name = name,
            LoadPct = 98,
            Instances = 2,
        };

    private static RolloutRequest Request(ChangeProfile change, ClusterProfile[] clusters) =>
        new()
        {
            Rollout = "r",
            App = "checkout",
            Version = "2.4.1",
            Change = change,
            Clusters = clusters,
        };
}
