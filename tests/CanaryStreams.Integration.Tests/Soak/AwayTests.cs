using CanaryStreams.Integration.Tests.Fixtures;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>
/// The broker is away, then the database, for longer than any session lasts: nobody dies, everybody says so, and the rollouts go
/// on by themselves. <c>AWAY_SECONDS</c> says for how long (<c>make soak</c>: 90).
/// </summary>
[Collection(Engines.Name)]
public sealed class AwayTests
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("AWAY_SECONDS"), out var seconds) ? seconds : 12
    );

    [Fact]
    public async Task Run_BrokerAndDatabaseAwayInTurn_LivesSaysWhyAndGoesOn()
    {
        await using var stage = await Stage.BeginAsync(new LoadSettings(Seed: 6, PauseSecondsMax: 1), members: 2);

        await stage.Members.WaitUntilReadyAsync();
        await stage.Kafka.KillAsync();
        await stage.Members.WaitForAsync("word of the broker", 0, health => health.Status == 503);
        await Task.Delay(Away, TimeProvider.System);
        var broker = await stage.Members.HealthAsync(0);
        stage.Members.ThrowIfEnded();
        await stage.Kafka.RestartAsync();
        await stage.Members.WaitUntilReadyAsync();
        await stage.Members.WaitUntilSharedAsync(Stage.Partitions);

        await stage.Members.WaitUntilReadyAsync();
        await stage.Postgres.StopAsync(PostgresServer.Stop.Immediate);
        await stage.Members.WaitForAsync("word of the database", 0, health => health.Status == 503);
        await Task.Delay(Away, TimeProvider.System);
        var database = await stage.Members.HealthAsync(0);
        stage.Members.ThrowIfEnded();
        await stage.Postgres.LaunchAsync();
        await stage.Members.WaitUntilReadyAsync();
        var audit = await stage.SettleAsync(TimeSpan.FromMinutes(1));

        broker.Status.ShouldBe(503);
        broker.Parts["broker"].ShouldNotBeNull();
        database.Status.ShouldBe(503);
        database
            .Parts.Where(part => part.Key.StartsWith("supervisor/", StringComparison.Ordinal))
            .ShouldContain(part => part.Value != null && part.Value.Contains("PostgreSQL"));
        string.Join('\n', [.. audit.Findings, .. stage.Load.Violations]).ShouldBeEmpty(stage.Members.Printed);
        audit.Signals.Missing.ShouldBeEmpty();
    }
}
