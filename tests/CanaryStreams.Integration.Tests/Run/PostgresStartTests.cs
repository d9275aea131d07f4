using CanaryStreams.Engine.Journal;
using CanaryStreams.Integration.Tests.Fixtures;

namespace CanaryStreams.Integration.Tests.Run;

/// <summary>The program at the start of a PostgreSQL journal: what it waits for, what ends it, and what it never prints.</summary>
[Collection(Engines.Name)]
public sealed class PostgresStartTests
{
    private const int Interrupted = 130;
    private const int BadInput = 2;
    private static readonly TimeSpan ShortWhile = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Run_ServerComesLater_WaitsAndGoesOn()
    {
        await using var server = await PostgresServer.StartAsync();
        await server.StopAsync(PostgresServer.Stop.Fast);
        using var setup = Setup(server.NewUrl());
        await using var engine = setup.Start();
        await engine.WaitForAsync($"Waiting for PostgreSQL at {server.Address}: Connection refused");

        await server.LaunchAsync();

        await engine.WaitForAsync("Waiting for Kafka at");
        await engine.SignalAsync("TERM");
        (await engine.EndAsync(ShortWhile)).ShouldBe(Interrupted);
        ShouldHideThePassword(engine.Printed, PostgresServer.Password);
    }

    [Fact]
    public async Task Run_InterruptedWhileItWaitsForTheServer_Ends()
    {
        using var setup = Setup($"postgres://me:s3cret@127.0.0.1:{Ports.Free(1)[0]}/db");
        await using var engine = setup.Start();
        await engine.WaitForAsync("Waiting for PostgreSQL at");

        await engine.SignalAsync("INT");

        (await engine.EndAsync(ShortWhile)).ShouldBe(Interrupted);
        ShouldHideThePassword(engine.Printed, "s3cret");
    }

    [Fact]
    public async Task Run_WrongPassword_EndsAndSaysWhatToCheck()
    {
        await using var server = await PostgresServer.StartAsync();
        using var setup = Setup(server.Url("schema=canary", password: "wr0ng"));

        await using var engine = setup.Start();

        (await engine.EndAsync(TimeSpan.FromMinutes(1))).ShouldBe(BadInput);
        engine.Printed.ShouldContain("check user and password");
        engine.Printed.ShouldNotContain("   at ");
        ShouldHideThePassword(engine.Printed, "wr0ng");
    }

    [Fact]
    public async Task RolloutList_ReadsWhatEnginesHaveWritten()
    {
        await using var server = await PostgresServer.StartAsync();
        var url = server.NewUrl();
        using var setup = Setup(url);
        var before = await BuiltProgram.RunAsync("rollout", "list", "--config", setup.Configuration);
        using var database = PostgresDatabase.Open(PostgresServer.Parsed(url));
        var journal = database.Journal();
        journal.Append(
            journal.Claim(0, "me"),
            [new StreamAppend("rollout/shop-2", 0, [new JournalEvent("of a version to come", "{}"u8.ToArray())])]
        );

        var after = await BuiltProgram.RunAsync("rollout", "list", "--config", setup.Configuration);
        var validated = await BuiltProgram.RunAsync("validate", "--config", setup.Configuration);
        await server.StopAsync(PostgresServer.Stop.Fast);
        var away = await BuiltProgram.RunAsync("rollout", "list", "--config", setup.Configuration);

        before.ExitCode.ShouldBe(BadInput);
        before.Error.ShouldContain("no engine has run here yet");
        after.OrThrow("rollout list").Output.ShouldContain("shop-2");
        validated.OrThrow("validate").Output.ShouldContain($"postgres://postgres:***@{server.Address}/postgres");
        away.ExitCode.ShouldBe(BadInput);
        away.Error.ShouldContain("Connection refused");
        foreach (var result in new[] { before, after, validated, away })
            ShouldHideThePassword(result.Output + result.Error, PostgresServer.Password);
    }

    private static void ShouldHideThePassword(string printed, string password)
    {
        printed.ShouldNotContain(password);
        printed.ShouldNotContain(Uri.EscapeDataString(password));
    }

    private static EngineSetup Setup(string journal) =>
        new($$"""kafka: { bootstrap: "127.0.0.1:{{Ports.Free(1)[0]}}", partitions: 1 }""", journal: journal);
}
