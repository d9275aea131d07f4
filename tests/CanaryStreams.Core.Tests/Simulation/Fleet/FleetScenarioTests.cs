using System.Text;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Simulation.Fleet;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Simulation.Fleet;

public class FleetScenarioTests
{
    [Fact]
    public void Draw_TheSameSeed_IsTheSameScenarioAndAnotherIsAnother()
    {
        Told(3).ShouldBe(Told(3));
        Told(3).ShouldNotBe(Told(4));

        static List<string> Told(ulong seed) =>
            [
                .. FleetScenario
                    .Draw(seed, 60)
                    .Updates.SelectMany(update =>
                        update
                            .Request()
                            .Clusters.Select(cluster =>
                                $"{update.Rollout} {update.RequestMs} {update.Change} {update.Fault} {update.Harm} {update.ColdStart} {update.Seed} {cluster}"
                            )
                    ),
            ];
    }

    [Fact]
    public void Draw_ManyUpdates_ComeInOrderAndEachApplicationHasTimeForOneBeforeTheNext()
    {
        var scenario = FleetScenario.Draw(1, 300);

        scenario.Updates.Count.ShouldBe(300);
        scenario.Updates.Select(update => update.Number).ShouldBe(Enumerable.Range(0, 300));
        scenario.Updates.Select(update => update.RequestMs).ShouldBeInOrder();
        scenario.Updates.Select(update => update.Rollout).ShouldBeUnique();
        foreach (var updates in scenario.Updates.GroupBy(update => update.App.Name))
            updates
                .Zip(updates.Skip(1))
                .ShouldAllBe(pair =>
                    pair.Second.FirstMs - pair.First.RequestMs > FleetScenario.LongestMinutes * 60_000L
                );
        scenario.Apps.ShouldAllBe(app => app.Clusters.Count >= 4 && app.Clusters.Count <= 8);
    }

    [Fact]
    public void Draw_ManyUpdates_HideEveryFaultAndMostAreGood()
    {
        var updates = Enumerable.Range(1, 5).SelectMany(seed => FleetScenario.Draw((ulong)seed, 300).Updates).ToList();

        updates.Select(update => update.Fault).Distinct().Count().ShouldBe(Enum.GetValues<HiddenFault>().Length);
        updates.Average(update => update.IsBad ? 1.0 : 0).ShouldBeInRange(0.1, 0.3);
        updates
            .Where(update => update.Fault == HiddenFault.OldKernel)
            .Average(update => update.Change.Dependencies)
            .ShouldBeGreaterThan(2 * updates.Average(update => update.Change.Dependencies));
    }

    [Fact]
    public void Profile_OfACluster_FollowsTheDay()
    {
        var cluster = Given.App().Clusters[0];
        var (noon, midnight) = (Given.StartMs + 720 * 60_000L, Given.StartMs);

        cluster.ProfileAt(noon).LoadPct.ShouldBe(68);
        cluster.ProfileAt(midnight).LoadPct.ShouldBe(32);
        cluster.RequestsAt(noon).ShouldBe(1350, 1);
        cluster.RequestsAt(midnight).ShouldBe(650, 1);
    }

    [Fact]
    public void Recording_PlayedTwice_IsTheSameBytesInTheOrderOfTime()
    {
        var first = Play();
        var times = first.ConvertAll(record => record.TimeMs);

        Play().Select(record => record.Line).ShouldBe(first.Select(record => record.Line));
        times.ShouldBeInOrder();

        static List<SimulatedRecord> Play() => [.. new FleetRecording(FleetScenario.Draw(2, 3)).Play()];
    }

    [Fact]
    public void Recording_OfRequests_TellsTheProfilesAsTheyAre()
    {
        var scenario = FleetScenario.Draw(2, 3);
        var decoder = new UpdateDecoder(new Dictionary<string, Policy> { ["default"] = FleetPolicies.FixedSteps });

        var requests = new FleetRecording(scenario)
            .Play()
            .Where(record => record.Topic == Topics.Updates)
            .Select(record => decoder.Decode(record.Value.Span, out _)!.Command)
            .Cast<RequestRollout>()
            .ToList();

        requests.Select(request => request.Request.Rollout).ShouldBe(scenario.Updates.Select(update => update.Rollout));
        requests
            .SelectMany(request => request.Request.Clusters)
            .ShouldBe(scenario.Updates.SelectMany(update => update.Request().Clusters));
        requests
            .SelectMany(request => request.Request.Clusters)
            .ShouldAllBe(cluster => cluster.Kernel != null && cluster.MemoryGb > 0);
    }

    [Fact]
    public void Truth_OfARecording_SaysOfEachClusterWhenItsCanaryCameAndWhetherItIsHurt()
    {
        var scenario = FleetScenario.Draw(2, 3);
        var rows = FleetRecording.Truth(scenario).Select(row => row.Split(',')).ToList();
        var canaries = new FleetRecording(scenario)
            .Play()
            .Where(record => record.Topic == Topics.Telemetry)
            .Where(record =>
                Encoding.UTF8.GetString(record.Value.Span).Contains("\"canary\"", StringComparison.Ordinal)
            )
            .ToList();

        rows.ShouldAllBe(row => row.Length == rows[0].Length);
        rows.Count.ShouldBe(1 + scenario.Updates.Sum(update => update.App.Clusters.Count));
        foreach (var row in rows.Skip(1))
        {
            var update = scenario.Updates.Single(one => one.Rollout == row[0]);
            row[8].ShouldBe(update.Hurt[update.IndexOf(row[7])] ? "true" : "false");
            var first = canaries.First(record => IsOf(record, update, row[7]));
            (first.TimeMs + 1 - DateTimeOffset.Parse(row[9]).ToUnixTimeMilliseconds()).ShouldBe(30_000);
        }

        static bool IsOf(SimulatedRecord record, FleetUpdate update, string cluster)
        {
            var text = Encoding.UTF8.GetString(record.Value.Span);
            return text.Contains($"\"{cluster}\"", StringComparison.Ordinal)
                && text.Contains($"\"{update.App.Name}\"", StringComparison.Ordinal)
                && text.Contains($"\"{update.Version}\"", StringComparison.Ordinal);
        }
    }
}
