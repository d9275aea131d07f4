using System.Text.Json;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Integration.Tests.Fixtures;

namespace CanaryStreams.Integration.Tests.Run;

[Collection(Engines.Name)]
public sealed class RollbackTests
{
    private static readonly string[] CommandFields =
    [
        "time",
        "id",
        "rollout",
        "epoch",
        "app",
        "cluster",
        "command",
        "version",
        "variant",
        "weightPct",
        "expires",
        "reason",
    ];

    [Fact]
    public async Task Run_OneOfTwoUpdatesFails_RolledBackWithItsReasonsAndTheOtherPromoted()
    {
        var began = TimeProvider.System.GetUtcNow();
        await using var scene = await Scene.BeginAsync(seed: 1);
        await scene.Fleet.RequestAsync("checkout");
        await scene.Fleet.RequestAsync("search");

        await scene.CommandAsync("checkout", "set-canary");
        scene.Fleet.Break("checkout");
        var rollback = await scene.CommandAsync("checkout", "rollback");
        var outcomes = (await scene.OutcomeAsync("checkout-2.4.1"), await scene.OutcomeAsync("search-2.4.1"));

        outcomes.ShouldBe(("rolledBack", "promoted"));
        CheckRollback(rollback, began);
        CheckRecord(
            (await scene.ReadAsync(Topics.Control)).Single(record => record.Text.Contains(Text(rollback, "id")))
        );
        var commands = scene.Fleet.Control.Seen.Where(seen => Text(seen, "app") == "search").ToList();
        commands.ShouldAllBe(seen => Text(seen, "command") == "set-canary" || Text(seen, "command") == "promote");
        commands
            .Where(seen => Text(seen, "command") == "promote")
            .Select(seen => Text(seen, "cluster"))
            .ShouldBe(["eu-1", "us-1"]);
        (await scene.Setup.ListedAsync("checkout-2.4.1")).ShouldContain("rolled back");
        (await scene.Setup.ListedAsync("search-2.4.1")).ShouldContain("promoted");
        (await scene.ReadAsync(Topics.Rejects)).ShouldAllBe(reject => IsLate(reject));
    }

    /// <summary>Where the machine is slow, what the fleet measured may come late; nothing else is wrong with it.</summary>
    internal static bool IsLate(KcatRecord reject) =>
        reject.Headers.StartsWith("canary_reason=late: ", StringComparison.Ordinal);

    /// <summary>Field by field, as the wire contract has it.</summary>
    private static void CheckRollback(JsonElement command, DateTimeOffset began)
    {
        command.EnumerateObject().Select(field => field.Name).ShouldBe(CommandFields);
        Text(command, "id").ShouldMatch(@"^checkout-2\.4\.1/\d+$");
        Text(command, "rollout").ShouldBe("checkout-2.4.1");
        Text(command, "app").ShouldBe("checkout");
        Text(command, "cluster").ShouldBe("eu-1");
        Text(command, "version").ShouldBe("2.4.1");
        command.GetProperty("time").GetDateTimeOffset().ShouldBeInRange(began, TimeProvider.System.GetUtcNow());
        command.GetProperty("epoch").GetInt32().ShouldBeGreaterThanOrEqualTo(0);
        command.GetProperty("weightPct").GetInt32().ShouldBe(0);
        command.GetProperty("variant").ValueKind.ShouldBe(JsonValueKind.Null);
        command.GetProperty("expires").ValueKind.ShouldBe(JsonValueKind.Null);

        var reason = command.GetProperty("reason");
        Text(reason, "summary").ShouldStartWith("checkout 2.4.1 rolled back in eu-1: ");
        reason.GetProperty("score").GetDouble().ShouldBeInRange(0, 1);
        reason.GetProperty("failureProbability").GetDouble().ShouldBeInRange(0.6, 1);
        reason.GetProperty("threshold").GetDouble().ShouldBe(0.6);
        var evidence = reason.GetProperty("evidence").EnumerateArray().ToList();
        evidence.ShouldNotBeEmpty();
        evidence[0]
            .GetProperty("pSustained")
            .GetDouble()
            .ShouldBe(reason.GetProperty("failureProbability").GetDouble());
        evidence.ForEach(CheckEvidence);
    }

    private static void CheckEvidence(JsonElement evidence)
    {
        string[] metrics = ["error_rate", "latency_ms", "synthetic:place-order"];
        metrics.ShouldContain(Text(evidence, "metric"));
        Text(evidence, "cluster").ShouldBe("eu-1");
        evidence
            .GetProperty("eValue")
            .GetDouble()
            .ShouldBeGreaterThanOrEqualTo(evidence.GetProperty("eThreshold").GetDouble());
        evidence.GetProperty("pThreshold").GetDouble().ShouldBe(0.6);
        evidence.GetProperty("pSustained").GetDouble().ShouldBeGreaterThanOrEqualTo(0.6);
        var effect = evidence.GetProperty("effect").GetDouble();
        effect.ShouldBeGreaterThan(0.01);
        evidence.GetProperty("effectLower").GetDouble().ShouldBeLessThanOrEqualTo(effect);
        evidence.GetProperty("effectUpper").GetDouble().ShouldBeGreaterThanOrEqualTo(effect);
    }

    /// <summary>The key is the application, and the headers are those of a CloudEvent.</summary>
    private static void CheckRecord(KcatRecord record)
    {
        record.Key.ShouldBe("checkout");
        record.Header("ce_specversion").ShouldBe("1.0");
        record.Header("ce_type").ShouldBe("canary.command.v1");
        record.Header("ce_id").ShouldNotBeNull().ShouldStartWith("checkout-2.4.1/");
    }

    private static string Text(JsonElement record, string field) => record.GetProperty(field).GetString()!;
}
