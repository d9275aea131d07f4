using System.Globalization;
using CanaryStreams.Integration.Tests.Fixtures;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>
/// Three processes over one Kafka and one PostgreSQL, all of which are killed at random moments while a fleet is rolled out.
/// <c>MINUTES</c> of the environment says for how long (<c>make soak</c>), <c>SEED</c> with which moments.
/// </summary>
[Collection(Engines.Name)]
public sealed class SoakTests
{
    private const int Processes = 3;

    /// <summary>A restart of the broker holds all of a client's records back, for longer than a bucket of two seconds waits.</summary>
    private const double LateShareMax = 0.02;

    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(3);

    private readonly List<string> _told = [];

    [Fact]
    public async Task Run_EverythingKilledAgainAndAgainUnderLoad_NothingLostDoubledContradictedOrLeftOpen()
    {
        var plan = Plan();
        var settings = new LoadSettings(Seed: plan.Seed);
        await using var stage = await Stage.BeginAsync(settings, Processes);
        var faults = new Faults(stage, plan, Tell);

        await faults.RunAsync();
        var audit = await stage.SettleAsync(Grace);

        Tell(Summary(plan, faults, stage.Load, audit));
        var findings = string.Join('\n', [.. audit.Findings, .. stage.Load.Violations]);
        if (findings.Length > 0)
            Tell(findings);
        findings.ShouldBeEmpty($"{string.Join('\n', _told)}\n{stage.Members.Printed}");
        audit.Late.ShouldBeLessThan((int)(LateShareMax * stage.Load.Sent));
        audit.Signals.Doubled.ShouldBeEmpty();
        audit.Signals.Missing.ShouldBeEmpty();
        audit.Signals.Disordered.ShouldBeEmpty();
        audit.Control.Count.ShouldBeGreaterThan(100);
    }

    /// <summary>200 kills, ten restarts of the broker and ten of the database in half an hour; at least one of each.</summary>
    private static FaultPlan Plan()
    {
        var minutes = Number("MINUTES") ?? 1.25;
        var share = minutes / 30;
        var restarts = Math.Max(1, (int)Math.Round(10 * share));
        return new FaultPlan(
            TimeSpan.FromMinutes(minutes),
            Kills: Math.Max(8, (int)Math.Round(200 * share)),
            BrokerRestarts: restarts,
            DatabaseRestarts: restarts,
            Seed: (ulong)(Number("SEED") ?? 1)
        );
    }

    private static double? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? double.Parse(text, CultureInfo.InvariantCulture)
            : null;

    private static string Summary(FaultPlan plan, Faults faults, FleetLoad load, Audit audit) =>
        $"soak: {plan.For.TotalMinutes:0.##} min, seed {plan.Seed}, {Processes} processes; "
        + $"{faults.Kills} kills, {faults.BrokerRestarts} broker restarts, {faults.DatabaseRestarts} database restarts; "
        + $"{load.Requested.Count} rollouts, {load.Outcomes.Count} ended; "
        + $"{audit.Control.Count} commands, {audit.CommandsAgain} of them said again, {audit.CommandsLost} lost; "
        + $"{audit.Events.Count} events, {audit.EventsAgain} published again; "
        + $"{audit.Signals.Count} signals, {audit.Signals.Doubled.Count} doubled, {audit.Signals.Missing.Count} buckets missing; "
        + $"worst gap {audit.Signals.WorstGap.TotalSeconds:0.0} s; {audit.Late} of {load.Sent} records late";

    private void Tell(string what)
    {
        var line = $"{TimeProvider.System.GetUtcNow():HH:mm:ss} {what}";
        _told.Add(line);
        TestContext.Current.TestOutputHelper?.WriteLine(line);
    }
}
