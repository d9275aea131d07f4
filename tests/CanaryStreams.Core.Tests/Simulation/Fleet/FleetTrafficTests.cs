using System.Text.Json;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Simulation.Fleet;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Simulation.Fleet;

public class FleetTrafficTests
{
    private const int Minutes = 60;
    private const int Errors = 0;
    private const int Latency = 1;

    [Fact]
    public void Play_WithoutWeight_MeasuresNoCanary()
    {
        var (readings, minutes) = Play(Given.Update(), ClusterTraffic.None);

        readings.ShouldAllBe(reading => reading.Track == Track.Stable);
        minutes.ShouldAllBe(minute => minute.OnUpdate == 0 && minute.MetFault == 0 && minute.Requests > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(25)]
    [InlineData(90)]
    public void Play_WithAWeight_GivesTheCanaryThatShareOfTheRequests(int weight)
    {
        var (readings, minutes) = Play(Given.Update(), ClusterTraffic.None.WithCanary(weight, Given.StartMs));

        var all = minutes.Sum(minute => (double)minute.Requests);
        var canary = readings
            .Where(reading => reading is { Track: Track.Canary, Metric: Errors })
            .Sum(one => one.Count);
        canary.ShouldBe(minutes.Sum(minute => minute.OnUpdate));
        (canary / all).ShouldBe(weight / 100.0, 0.005);
        readings.Where(reading => reading.Metric == Errors).Sum(reading => (double)reading.Count).ShouldBe(all);
    }

    [Fact]
    public void Play_UnderAnyWeight_HasTheSameRequestsInAll()
    {
        var (_, without) = Play(Given.Update(), ClusterTraffic.None);
        var (_, with) = Play(Given.Update(), ClusterTraffic.None.WithCanary(50, Given.StartMs));

        with.Select(minute => minute.Requests).ShouldBe(without.Select(minute => minute.Requests));
    }

    [Fact]
    public void Play_Promoted_IsStableAloneAndAllRequestsMeetTheFault()
    {
        var (readings, minutes) = Play(
            Given.Update(HiddenFault.Everywhere),
            ClusterTraffic.None.Promoted(Given.StartMs)
        );

        readings.ShouldAllBe(reading => reading.Track == Track.Stable);
        minutes.ShouldAllBe(minute => minute.OnUpdate == minute.Requests && minute.MetFault == minute.Requests);
        Mean(readings, Given.Old, Track.Stable, Errors).ShouldBe(0.051, 0.005);
    }

    [Fact]
    public void Play_WithAFault_HarmsTheCanaryOfTheHurtClusterAlone()
    {
        var update = Given.Update(HiddenFault.OldKernel, new FaultHarm(0.03, 0.5, 0));
        var (readings, minutes) = Play(update, ClusterTraffic.None.WithCanary(50, Given.StartMs));

        Mean(readings, Given.Old, Track.Canary, Errors).ShouldBe(0.031, 0.004);
        Mean(readings, Given.Old, Track.Stable, Errors).ShouldBeLessThan(0.003);
        Mean(readings, Given.New, Track.Canary, Errors).ShouldBeLessThan(0.003);
        Mean(readings, Given.Old, Track.Canary, Latency).ShouldBe(150, 15);
        Mean(readings, Given.New, Track.Canary, Latency).ShouldBe(100, 10);
        minutes.Where((_, i) => i % 2 == Given.New).ShouldAllBe(minute => minute.MetFault == 0);
        minutes.Where((_, i) => i % 2 == Given.Old).ShouldAllBe(minute => minute.MetFault == minute.OnUpdate);
    }

    [Fact]
    public void Play_BeforeTheOnset_MeetsNothing()
    {
        var update = Given.Update(HiddenFault.Everywhere, new FaultHarm(0.03, 0, 10));
        var (_, minutes) = Play(update, ClusterTraffic.None.WithCanary(50, Given.StartMs));

        minutes.Take(2 * 9).ShouldAllBe(minute => minute.MetFault == 0);
        minutes.Skip(2 * 9).ShouldAllBe(minute => minute.MetFault == minute.OnUpdate);
    }

    [Fact]
    public void Play_AColdStart_FadesWithinMinutes()
    {
        var update = Given.Update(HiddenFault.None) with { ColdStart = new ColdStart(2, 0, 2) };
        var (readings, _) = Play(update, ClusterTraffic.None.WithCanary(50, Given.StartMs));
        var canary = readings.Where(one => one is { Track: Track.Canary, Metric: Latency, Cluster: 0 }).ToList();

        canary[0].Value.ShouldBeGreaterThan(180);
        canary[2 * 15].Value.ShouldBeLessThan(130);
    }

    [Fact]
    public void Rollout_OfHandMadeWeights_CountsWhatMetTheFault()
    {
        var rollout = new FleetRollout(
            Given.Update(HiddenFault.OldKernel, new FaultHarm(0.03, 0, 2)),
            [FleetUpdate.FirstVersion, FleetUpdate.FirstVersion]
        );
        var (writer, records) = (new FleetRecordWriter(), new List<SimulatedRecord>());
        var expected = 0L;

        rollout.Play(Given.StartMs + 60_000, writer, records);
        rollout.OnUpdate.ShouldBe(0);
        rollout.SetCanary(Given.Old, 50, Given.StartMs + 60_000);
        rollout.SetCanary(Given.New, 50, Given.StartMs + 60_000);
        for (var minute = 2; minute <= 5; minute++)
        {
            records.Clear();
            rollout.Play(Given.StartMs + minute * 60_000, writer, records);
            // The fault acts from two minutes behind the command on: in the third of the minutes played.
            if (minute >= 3)
                expected += records.Where(IsCanaryOfOld).Sum(CountOf);
        }

        rollout.MetFault.ShouldBe(expected);
        expected.ShouldBeGreaterThan(0);
        rollout.FirstMetMs.ShouldBe(Given.StartMs + 2 * 60_000);
        rollout.OnUpdate.ShouldBeGreaterThan(2 * expected);

        static bool IsCanaryOfOld(SimulatedRecord record) =>
            record.Line.Contains("\"cluster\":\"old\"", StringComparison.Ordinal)
            && record.Line.Contains("\"canary\"", StringComparison.Ordinal)
            && record.Line.Contains("error_rate", StringComparison.Ordinal);

        static long CountOf(SimulatedRecord record)
        {
            using var json = JsonDocument.Parse(record.Value);
            return json.RootElement.GetProperty("count").GetInt64();
        }
    }

    private static (List<FleetReading> Readings, List<ClusterMinute> Minutes) Play(
        FleetUpdate update,
        ClusterTraffic traffic
    )
    {
        var play = new FleetTraffic(update);
        var (readings, minutes) = (new List<FleetReading>(), new List<ClusterMinute>());
        for (var minute = 1; minute <= Minutes; minute++)
            play.Play(Given.StartMs + minute * 60_000L, [traffic, traffic], readings, minutes);
        return (readings, minutes);
    }

    private static double Mean(List<FleetReading> readings, int cluster, Track track, int metric)
    {
        var chosen = readings
            .Where(one => one.Cluster == cluster && one.Track == track && one.Metric == metric)
            .ToList();
        return chosen.Sum(one => one.Value * one.Count) / chosen.Sum(one => (double)one.Count);
    }
}
