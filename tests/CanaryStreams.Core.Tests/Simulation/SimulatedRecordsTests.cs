using System.Text.Json;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Simulation;

public class SimulatedRecordsTests
{
    private const long StartMs = 1_795_860_000_000;

    private static List<SimulatedRollout> Rollouts(ulong seed = 6) =>
        [.. RolloutSimulator.Rollouts(seed, RolloutFamilies.All.Count, RolloutFamilies.All)];

    [Fact]
    public void Play_ManyRollouts_GivesTheSameRecordsInTimeOrder()
    {
        var records = SimulatedRecords.Play(Rollouts(), StartMs).ToList();
        records.Zip(records.Skip(1)).ShouldAllBe(p => p.First.TimeMs <= p.Second.TimeMs);
        records[0].TimeMs.ShouldBeGreaterThanOrEqualTo(StartMs);
        var again = SimulatedRecords.Play(Rollouts(), StartMs).Select(r => r.Line);
        records.Select(r => r.Line).SequenceEqual(again).ShouldBeTrue();
        SimulatedRecords
            .Play(Rollouts(7), StartMs)
            .Take(50)
            .Select(r => r.Line)
            .ShouldNotBe(records.Take(50).Select(r => r.Line));
    }

    [Fact]
    public void Play_Lines_SpeakTheWireContract()
    {
        var requested = new HashSet<string>();
        foreach (var record in SimulatedRecords.Play(Rollouts(), StartMs))
        {
            using var line = JsonDocument.Parse(record.Line);
            line.RootElement.GetProperty("topic").GetString().ShouldBe(record.Topic);
            var value = line.RootElement.GetProperty("value");
            var app = value.GetProperty("app").GetString().ShouldNotBeNull();
            value.GetProperty("time").GetInt64().ShouldBe(record.TimeMs);
            switch (record.Topic)
            {
                case Topics.Updates:
                    value.GetProperty("type").GetString().ShouldBe("rollout.requested");
                    requested.Add(app).ShouldBeTrue();
                    break;
                case Topics.Telemetry:
                    value.GetProperty("count").GetInt32().ShouldBeGreaterThan(0);
                    double.IsFinite(value.GetProperty("value").GetDouble()).ShouldBeTrue();
                    if (value.GetProperty("track").GetString() == "canary")
                        requested.ShouldContain(app);
                    break;
                default:
                    record.Topic.ShouldBe(Topics.Transactions);
                    value.GetProperty("run").GetString().ShouldNotBeNullOrEmpty();
                    break;
            }
        }
        requested.Count.ShouldBe(RolloutFamilies.All.Count);
    }

    [Fact]
    public void Truth_OfAllFamilies_SaysWhichAreFaultyAndSinceWhen()
    {
        var rows = SimulatedRecords.Truth(Rollouts(), StartMs).Skip(1).Select(r => r.Split(',')).ToList();
        rows.Count.ShouldBe(RolloutFamilies.All.Count);
        rows.ShouldAllBe(r => r[3] == (r[2].StartsWith("faulty") ? "true" : "false"));
        rows.ShouldAllBe(r => (r[5] == "") == (r[3] == "false"));
    }

    [Fact]
    public void Play_MissingTelemetry_LeavesAHoleInTheCanaryOnly()
    {
        var rollout = RolloutSimulator.Rollouts(3, 1, [RolloutFamily.HealthyMissingTelemetry]).Single();
        var buckets = SimulatedBuckets.Play(rollout);
        var empty = Enumerable.Range(0, SimulatedRollout.CanaryMinutes).Where(m => buckets.Bucket(2, m).Canary.IsEmpty);
        empty.Count().ShouldBeInRange(4, 15);
        Enumerable.Range(0, SimulatedRollout.CanaryMinutes).ShouldAllBe(m => !buckets.Bucket(2, m).Stable.IsEmpty);
    }

    [Fact]
    public void PolicyYaml_NamesEveryMetricOfTheSimulator() =>
        RolloutSimulator.Metrics.ShouldAllBe(m => RolloutSimulator.PolicyYaml.Contains(m.Name));
}
