using System.Text.Json;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Integration.Tests.Fixtures;

namespace CanaryStreams.Integration.Tests.Run;

[Collection(Engines.Name)]
public sealed class SigkillTests
{
    /// <summary>What a killed engine may have published and not yet remembered: its last moments.</summary>
    private static readonly TimeSpan LastMoments = TimeSpan.FromSeconds(2);

    private readonly SeededRandom _random = new(7);
    private readonly List<DateTimeOffset> _killed = [];

    [Fact]
    public async Task Run_KilledAgainAndAgainDuringARollout_NothingLostDoubledOrContradicted()
    {
        // Long enough that no step is passed while the engine is down most of the time.
        await using var scene = await Scene.BeginAsync(seed: 2, bake: "2m");
        await scene.Fleet.RequestAsync("checkout");
        await scene.CommandAsync("checkout", "set-canary");

        await KillAndStartAsync(scene, secondsMax: 4);
        await KillAndStartAsync(scene, secondsMax: 6);
        scene.Fleet.Break("checkout");
        await KillAndStartAsync(scene, secondsMax: 6);
        scene.Fleet.AgentsAnswer = false;
        await scene.CommandAsync("checkout", "rollback");
        await KillAndStartAsync(scene, secondsMax: 0.3);
        scene.Fleet.AgentsAnswer = true;
        (await scene.OutcomeAsync("checkout-2.4.1")).ShouldBe("rolledBack");

        (await scene.Setup.ListedAsync("checkout-2.4.1")).ShouldContain("rolled back");
        CheckCommands([.. scene.Fleet.Control.Seen]);
        CheckEvents(await scene.ReadAsync(Topics.Events));
        CheckSignals(await scene.ReadAsync(Topics.Signals));
        (await scene.ReadAsync(Topics.Rejects)).ShouldAllBe(reject => RollbackTests.IsLate(reject));
    }

    private async Task KillAndStartAsync(Scene scene, double secondsMax)
    {
        await Task.Delay(TimeSpan.FromSeconds(_random.Uniform(0, secondsMax)), TimeProvider.System);
        await scene.KillEngineAsync();
        _killed.Add(TimeProvider.System.GetUtcNow());
        await scene.StartEngineAsync();
    }

    private static void CheckCommands(List<JsonElement> commands)
    {
        string[] meaning = ["rollout", "app", "cluster", "command", "version", "variant", "weightPct"];
        commands
            .GroupBy(command => Text(command, "id"))
            .ShouldAllBe(group => group.Select(command => Fields(command, meaning)).Distinct().Count() == 1);
        commands.Select(command => command.GetProperty("epoch").GetInt32()).ShouldBeInOrder();
        commands.ShouldContain(command => Text(command, "command") == "rollback");
        commands.ShouldNotContain(command => Text(command, "app") != "checkout");
    }

    private static void CheckEvents(IReadOnlyList<KcatRecord> records)
    {
        var events = records.Select(record => JsonDocument.Parse(record.Value).RootElement).ToList();
        events
            .GroupBy(one => one.GetProperty("sequence").GetInt64())
            .ShouldAllBe(group => group.Select(one => one.GetRawText()).Distinct().Count() == 1);
        var sequences = events.Select(one => one.GetProperty("sequence").GetInt64()).Distinct().ToList();
        sequences.ShouldBe(Enumerable.Range(1, sequences.Count).Select(number => (long)number));
        events.Count(one => Text(one, "type") == "rollout.requested.v1").ShouldBe(1);
        events
            .Where(one => Text(one, "type") == "rollout.rollback-decided.v2")
            .Select(one => one.GetRawText())
            .Distinct()
            .ShouldHaveSingleItem();
        Text(events[^1], "type").ShouldBe("rollout.ended.v1");
    }

    /// <summary>Published and remembered are two acts: only a kill between the two may let a bucket come twice.</summary>
    private void CheckSignals(IReadOnlyList<KcatRecord> records)
    {
        string[] series = ["app", "cluster", "version", "track", "variant", "metric", "time"];
        var signals = records
            .Select(record => (Id: Fields(JsonDocument.Parse(record.Value).RootElement, series), record.TimestampMs))
            .ToList();
        var firstOfTwice = signals
            .GroupBy(signal => signal.Id)
            .Where(group => group.Count() > 1)
            .Select(group => DateTimeOffset.FromUnixTimeMilliseconds(group.Min(signal => signal.TimestampMs)))
            .ToList();
        firstOfTwice.ShouldAllBe(time => _killed.Any(killed => time <= killed && time >= killed - LastMoments));
        signals.Count.ShouldBeGreaterThan(100);
    }

    private static string Fields(JsonElement record, IEnumerable<string> names) =>
        string.Join(' ', names.Select(name => record.GetProperty(name).GetRawText()));

    private static string Text(JsonElement record, string field) => record.GetProperty(field).GetString()!;
}
