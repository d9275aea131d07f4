using System.Text;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using static CanaryStreams.Engine.Tests.Replay.Recording;

namespace CanaryStreams.Engine.Tests.Replay;

/// <summary>A small change over six clusters: one, then two, then three together.</summary>
public class ReplayWavesTests
{
    private const int Clusters = 6;
    private const int Minutes = 75;
    private const int RequestMinute = 20;

    private static readonly Policy s_policy = new()
    {
        Steps = [50],
        Bake = TimeSpan.FromMinutes(5),
        DecideBy = TimeSpan.FromMinutes(30),
        Metrics = [new("error_rate", MetricKind.Ratio, Worse.Up, new MinEffect(0.002, Relative: false))],
    };

    [Fact]
    public async Task Run_ARolloutInWaves_GoesInLockstepAndTwiceAlike()
    {
        var records = Recorded(harmedFromMs: null);

        var output = await ReplayAsync(records, policy: s_policy);

        (await ReplayAsync(records, policy: s_policy)).Select(Text).ShouldBe(output.Select(Text));
        Commands(output)
            .Select(c => $"{c.Cluster} {c.Command}")
            .ShouldBe(
                new[] { new[] { "c1" }, ["c2", "c3"], ["c4", "c5", "c6"] }.SelectMany(wave =>
                    wave.Select(cluster => $"{cluster} SetCanary").Concat(wave.Select(cluster => $"{cluster} Promote"))
                )
            );
        Commands(output)
            .Where(c => c is { Command: CommandKind.SetCanary, Cluster: "c4" or "c5" or "c6" })
            .Select(c => c.Time)
            .Distinct()
            .ShouldHaveSingleItem();
        output.ShouldNotContain(record => record.Topic == Topics.Rejects);
    }

    [Fact]
    public async Task Run_OneClusterOfTheLastWaveIsHarmed_IsTakenBackInAllSix()
    {
        var healthy = Commands(await ReplayAsync(Recorded(harmedFromMs: null), policy: s_policy));
        var begun = healthy.First(c => c.Cluster == "c5").Time.ToUnixTimeMilliseconds();

        var output = Commands(await ReplayAsync(Recorded(harmedFromMs: begun), policy: s_policy));

        var rollbacks = output.Where(c => c.Command == CommandKind.Rollback).ToList();
        rollbacks.Select(c => c.Cluster).ShouldBe(["c1", "c2", "c3", "c4", "c5", "c6"]);
        rollbacks[0].Reason.Evidence!.ShouldHaveSingleItem().Cluster.ShouldBe("c5");
        output.ShouldNotContain(c => c.Command == CommandKind.Promote && c.Cluster == "c4");
    }

    private static List<RawRecord> Recorded(long? harmedFromMs)
    {
        var random = SeededRandom.Of(11, 1);
        var records = new List<RawRecord>();
        for (var half = 0; half < 2 * Minutes; half++)
        {
            var at = StartMs + half * 30_000L;
            if (half == 2 * RequestMinute)
                Add(Topics.Updates, at, Request(at));
            for (var cluster = 1; cluster <= Clusters; cluster++)
            {
                Measure(at, cluster, "1", "stable");
                if (half > 2 * RequestMinute)
                    Measure(at, cluster, "2", "canary");
            }
        }
        return records;

        void Measure(long at, int cluster, string version, string track)
        {
            var isHarmed = track == "canary" && cluster == 5 && at >= harmedFromMs;
            var rate = (isHarmed ? 0.08 : 0.01) * (0.9 + 0.2 * random.NextDouble());
            Add(
                Topics.Telemetry,
                at + 1,
                $$"""{"time":{{at + 1}},"app":"shop","cluster":"c{{cluster}}","version":"{{version}}","track":"{{track}}","metric":"error_rate","value":{{rate:R}},"count":2000}"""
            );
        }

        void Add(string topic, long at, string value) =>
            records.Add(new RawRecord(topic, 0, records.Count + 1, at, default, Encoding.UTF8.GetBytes(value), null));
    }

    private static string Request(long at)
    {
        var clusters = string.Join(
            ',',
            Enumerable.Range(1, Clusters).Select(i => $$"""{"name":"c{{i}}","loadPct":30,"instances":40}""")
        );
        return $$"""{"time":{{at}},"type":"rollout.requested","rollout":"shop-2","app":"shop","version":"2","from":"1","change":{"files":1,"lines":10},"clusters":[{{clusters}}]}""";
    }
}
