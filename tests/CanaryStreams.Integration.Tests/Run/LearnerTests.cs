using System.Text;
using System.Text.Json;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Integration.Tests.Fixtures;
using CanaryStreams.Kafka;
using CanaryStreams.Tests.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace CanaryStreams.Integration.Tests.Run;

/// <summary>From two rollouts' events to a model that plans the third, over a real broker and through a restart.</summary>
[Collection(Engines.Name)]
public sealed class LearnerTests
{
    private const int Partitions = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string[] Clusters = ["eu-1", "us-1"];

    [Fact]
    public async Task Run_TwoRolloutsHaveEnded_TheirModelPlansAfterItsPromotionAndNotAfterItsRollback()
    {
        await using var kafka = await KafkaServer.StartAsync();
        await new TopicAdmin(kafka.Settings("setup")).EnsureAsync([.. Topics.All], Partitions);
        using var setup = new EngineSetup(
            $"kafka: {{ bootstrap: \"{kafka.Bootstrap}\" }}\nlearning: {{ retrainAfter: 4 }}"
        );
        await using (var engine = setup.Start())
        {
            await SendAsync(kafka, [.. Ended("shop-1", fails: false), .. Ended("shop-2", fails: true)]);
            await ReadAsync(kafka, Topics.Models, 1, engine);
            await engine.KillAsync();
        }
        var rows = await ReadAsync(kafka, Topics.Outcomes, 4);
        var model = (await ReadAsync(kafka, Topics.Models, 1))[0].GetProperty("version").GetString()!;

        var promoted = await BuiltProgram.RunAsync("models", "promote", model, "--config", setup.Configuration);
        await using var restarted = setup.Start();
        await SendAsync(kafka, [Request("checkout", "checkout-1", TimeSpan.FromMinutes(1))]);
        var planned = await PlannedAsync(kafka, "checkout-1", restarted);
        var takenBack = await BuiltProgram.RunAsync("models", "rollback", "--config", setup.Configuration);
        await ReadAsync(kafka, Topics.Models, 3, restarted);
        await SendAsync(kafka, [Request("search", "search-1", TimeSpan.FromMinutes(2))]);

        rows.Select(row => ClusterOutcomeJson.Decode(Encoding.UTF8.GetBytes(row.GetRawText()), out _)!)
            .Select(row => (row.Rollout, row.Cluster.Name, row.Failed))
            .ShouldBe(
                [
                    ("shop-1", "eu-1", false),
                    ("shop-1", "us-1", false),
                    ("shop-2", "eu-1", false),
                    ("shop-2", "us-1", true),
                ],
                ignoreOrder: true
            );
        promoted
            .OrThrow("models promote")
            .Output.ShouldStartWith($"{model} plans the rollouts that are requested from ");
        planned.ShouldBe(model);
        takenBack.OrThrow("models rollback").Output.ShouldStartWith("The rule of thumb plans ");
        (await PlannedAsync(kafka, "search-1", restarted)).ShouldBe(RuleOfThumb.Instance.Version);
        (await ReadAsync(kafka, Topics.Outcomes, 4)).Count.ShouldBe(4, "the same events again change nothing");
        var listed = await BuiltProgram.RunAsync("models", "list", "--config", setup.Configuration);
        listed.OrThrow("models list").Output.ShouldContain(model);
    }

    [Fact]
    public async Task Models_WhatCannotBeDone_SaysSoAndChangesNothing()
    {
        await using var kafka = await KafkaServer.StartAsync();
        await new TopicAdmin(kafka.Settings("setup")).EnsureAsync([Topics.Outcomes, Topics.Models], Partitions);
        using var setup = new EngineSetup($"kafka: {{ bootstrap: \"{kafka.Bootstrap}\" }}");
        using var without = new EngineSetup("learning: { impact: on }");

        var unknown = await BuiltProgram.RunAsync("models", "promote", "impact/x", "--config", setup.Configuration);
        var nothing = await BuiltProgram.RunAsync("models", "rollback", "--config", setup.Configuration);
        var nowhere = await BuiltProgram.RunAsync("models", "list", "--config", without.Configuration);

        (unknown.ExitCode, nothing.ExitCode, nowhere.ExitCode).ShouldBe((2, 1, 2));
        unknown.Error.ShouldContain("There is no model 'impact/x'; there are none yet.");
        nothing.Error.ShouldContain("No model plans");
        nowhere.Error.ShouldContain("No Kafka is configured");
        (await ReadAsync(kafka, Topics.Models, 0)).ShouldBeEmpty();
    }

    /// <summary>The events of a rollout that is over, as an engine publishes them.</summary>
    private static IEnumerable<OutputRecord> Ended(string rollout, bool fails)
    {
        var time = TimeProvider.System.GetUtcNow().AddHours(-1);
        var request = new RolloutRequest
        {
            Rollout = rollout,
            App = "shop",
            Version = rollout,
            Clusters = [.. Clusters.Select(name => new ClusterProfile { Name = name })],
        };
        var evidence = new RollbackEvidence(
            "us-1",
            "error_rate",
            null,
            0.01,
            0.005,
            0.02,
            1e5,
            1e5,
            1200,
            0.001,
            0.9,
            0.9,
            0.6,
            null,
            null
        );
        RolloutEvent[] events =
        [
            new RolloutRequested(time, request, new Policy()),
            new RolloutPlanned(time, Planner.Plan(request, new Policy())),
            new CommandAcknowledged(time, 1, "eu-1", 5),
            new ClusterPromoted(time.AddMinutes(1), "eu-1"),
            new CommandAcknowledged(time.AddMinutes(2), 2, "us-1", 5),
            fails
                ? new RollbackDecided(time.AddMinutes(3), RollbackCause.Evidence, "it does harm", [evidence])
                : new ClusterPromoted(time.AddMinutes(3), "us-1"),
            new RolloutEnded(time.AddMinutes(4), fails ? RolloutOutcome.RolledBack : RolloutOutcome.Promoted),
        ];
        return events.Select(
            (happened, i) =>
                EventRecord.ForEvents(
                    rollout,
                    i + 1,
                    EventCodec.NameOf(happened),
                    happened.Time,
                    EventCodec.Encode(happened)
                )
        );
    }

    private static OutputRecord Request(string app, string rollout, TimeSpan ahead)
    {
        var time = (TimeProvider.System.GetUtcNow() + ahead).ToUnixTimeMilliseconds();
        return Records.Of(
            Topics.Updates,
            app,
            $$"""{"time":{{time}},"type":"rollout.requested","rollout":"{{rollout}}","app":"{{app}}","version":"2","clusters":[{"name":"eu-1"}]}"""
        );
    }

    private static async Task SendAsync(KafkaServer kafka, IReadOnlyList<OutputRecord> records)
    {
        await using var producer = new RecordProducer(kafka.Settings("test"));
        await producer.SendAsync(records, TestContext.Current.CancellationToken);
    }

    /// <summary>The model that a rollout's plan names.</summary>
    private static async Task<string?> PlannedAsync(KafkaServer kafka, string rollout, EngineProcess engine)
    {
        var events = await ReadAsync(kafka, Topics.Events, read => read.Exists(IsPlan), engine);
        return events.First(IsPlan).GetProperty("data").GetProperty("plan").GetProperty("model").GetString();

        bool IsPlan(JsonElement one) =>
            one.GetProperty("rollout").GetString() == rollout
            && one.GetProperty("type").GetString() == "rollout.planned.v1";
    }

    private static Task<List<JsonElement>> ReadAsync(
        KafkaServer kafka,
        string topic,
        int least,
        EngineProcess? engine = null
    ) => ReadAsync(kafka, topic, read => read.Count >= least, engine);

    /// <summary>Reads a topic from its beginning, to its end, and on until it is enough.</summary>
    private static Task<List<JsonElement>> ReadAsync(
        KafkaServer kafka,
        string topic,
        Predicate<List<JsonElement>> isEnough,
        EngineProcess? engine
    ) =>
        Task.Run(() =>
        {
            using var guard = new CancellationTokenSource(Patience, TimeProvider.System);
            using var reader = new TopicReader(kafka.Settings("test"), topic, Partitions, NullLogger.Instance);
            var read = new List<JsonElement>();
            while (!reader.IsCaughtUp || !isEnough(read))
            {
                engine?.ThrowIfEnded();
                guard.IsCancellationRequested.ShouldBeFalse($"{read.Count} records on {topic}\n{engine?.Printed}");
                if (reader.Read(TimeSpan.FromMilliseconds(100)) is { } value)
                    read.Add(JsonDocument.Parse(value).RootElement.Clone());
            }
            return read;
        });
}
