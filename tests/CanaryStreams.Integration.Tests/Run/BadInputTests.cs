using System.Text;
using System.Text.Json;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Integration.Tests.Fixtures;
using CanaryStreams.Kafka;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace CanaryStreams.Integration.Tests.Run;

/// <summary>Each bad record on a real topic between good ones, what it gets, and that the good ones are all counted.</summary>
[Collection(Engines.Name)]
public sealed class BadInputTests
{
    private const int TwoMebibytes = 2 << 20;

    /// <summary>Topics that take larger records than the rejects' own topic does.</summary>
    private static readonly string[] Roomy = [Topics.Telemetry, Topics.Updates, Topics.Acks];

    private int _good;

    [Fact]
    public async Task Run_BadRecordsBetweenGoodOnes_EachRejectedAsItWasAndTheGoodOnesAllCounted()
    {
        Kcat.SkipWhenMissing();
        await using var kafka = await KafkaServer.StartAsync();
        using var setup = new EngineSetup(Configuration(kafka.Bootstrap));
        await CreateAsync(kafka.Bootstrap);
        await Kcat.ProduceAsync(kafka.Bootstrap, Topics.Updates, "shop", [Request("shop-2", "2")]);
        await using var engine = setup.Start();
        await engine.WaitUntilRunningAsync();

        var all = BadRecords();
        await Kcat.ProduceAsync(kafka.Bootstrap, Topics.Updates, "shop", [Request("shop-2", "2")]);
        await GoodAsync(kafka.Bootstrap);
        foreach (var bad in all)
        {
            await Kcat.ProduceBytesAsync(kafka.Bootstrap, bad.Topic, bad.Key, bad.Bytes);
            await GoodAsync(kafka.Bootstrap);
        }
        await WaitUntilCountedAsync(kafka.Bootstrap, engine);
        var rejects = await RejectsAsync(kafka.Bootstrap, all.Count, engine);

        foreach (var bad in all)
            Check(bad, rejects);
        rejects.Count.ShouldBe(all.Count);
        await CheckRequestsAsync(kafka.Bootstrap);
        await CheckLongErrorAsync(kafka.Bootstrap, engine);
    }

    /// <summary>A record that gets a reject.</summary>
    /// <param name="Reason">A part of the reason that it gets.</param>
    /// <param name="TooLarge">The rejects' topic has no room for its bytes.</param>
    private sealed record Bad(string Topic, string Key, byte[] Bytes, string Reason, bool TooLarge = false);

    private static List<Bad> BadRecords() =>
        [
            Telemetry("""{"time":"2026-11-22T10:00:00Z","app":"shop","clus""", "not valid JSON"),
            Telemetry(Measurement().Replace("1.5", "\"fast\""), "value"),
            Telemetry(Measurement().Replace("\"shop\"", "42"), "app"),
            Telemetry(Measurement().Replace("1.5", "NaN"), "not valid JSON"),
            Telemetry(Measurement().Replace("1.5", "\"NaN\""), "value"),
            Telemetry(Measurement().Replace("1.5", "1e999"), "value"),
            Telemetry(Measurement().Replace("\"count\":1", "\"count\":-1"), "count"),
            Telemetry(Measurement("2099-01-01T00:00:00Z"), "time"),
            Telemetry(Measurement().Replace("orders", "orders" + new string('x', 999_000)), "metric"),
            Telemetry("", "empty"),
            new(Topics.Telemetry, "other", Bytes(Measurement()), "key"),
            new(Topics.Telemetry, "shop", [.. Bytes("{\"app\":\"sh"), 0xff, 0xfe, .. Bytes("op\"}")], "UTF-8"),
            new(Topics.Telemetry, "shop", [0, 1, 2, 3, 10, 13, 0], "not valid JSON"),
            Telemetry(Measurement() + new string(' ', TwoMebibytes), "bytes", tooLarge: true),
            new(Topics.Transactions, "shop", Bytes("""{"time":1,"app":"shop"}"""), "cluster is missing"),
            new(Topics.Updates, "shop", Bytes("{\"type\":\"rollout.requested\""), "not valid JSON"),
            new(Topics.Updates, "shop", Bytes(Request("shop-4", "4").Replace("default", "brave")), "policy"),
            new(Topics.Updates, "shop", Bytes(Request("shop-3", "3")), "under rollout 'shop-2' already"),
            new(Topics.Updates, "shop", Bytes("{" + new string(' ', TwoMebibytes)), "bytes long", TooLarge: true),
            new(Topics.Acks, "shop", Bytes(Ack("shop-2/99")), "waits for no acknowledgement"),
            new(Topics.Acks, "shop", Bytes(Ack("nothing/1")), "waits for no acknowledgement"),
            new(Topics.Acks, "shop", Bytes(Ack("shop-2/1") + "}"), "not valid JSON"),
            new(
                Topics.Acks,
                "shop",
                Bytes(Ack("shop-2/1", new string('e', TwoMebibytes))),
                "bytes long",
                TooLarge: true
            ),
        ];

    private static void Check(Bad bad, IReadOnlyList<KcatRecord> rejects)
    {
        var of = rejects.Where(reject => reject.Header("canary_origin_topic") == bad.Topic && reject.Key == bad.Key);
        var reject = of.FirstOrDefault(one =>
            bad.TooLarge
                ? one.Header("canary_bytes_left_out") == $"{bad.Bytes.Length}"
                : one.Value.AsSpan().SequenceEqual(bad.Bytes)
        );
        var beginning = Encoding.UTF8.GetString(bad.Bytes.AsSpan(0, Math.Min(80, bad.Bytes.Length)));
        reject.ShouldNotBeNull($"{bad.Topic}: {beginning}");
        reject.Headers.ShouldContain("canary_origin_partition=0");
        reject.Headers.ShouldMatch(@"canary_origin_offset=\d+");
        reject.Headers.ShouldMatch(
            "^canary_reason=.*" + System.Text.RegularExpressions.Regex.Escape(bad.Reason),
            beginning
        );
    }

    /// <summary>A request that comes twice is one request; a refused one leaves the running rollout alone.</summary>
    private static async Task CheckRequestsAsync(string bootstrap)
    {
        var events = (await Kcat.ReadAsync(bootstrap, Topics.Events)).Where(record =>
            record.Text.Contains("\"rollout.requested.v1\"")
        );
        events.Select(record => record.Key).ShouldBe(["shop-2"]);
    }

    /// <summary>An agent's error of nearly a megabyte is journalled in a length that can be published.</summary>
    private static async Task CheckLongErrorAsync(string bootstrap, EngineProcess engine)
    {
        var failed = Ack("shop-2/1", new string('e', 999_800)).Replace("applied", "failed");
        await Kcat.ProduceBytesAsync(bootstrap, Topics.Acks, "shop", Bytes(failed));
        IReadOnlyList<KcatRecord> events = [];
        await UntilAsync(
            engine,
            async () => (events = await Kcat.ReadAsync(bootstrap, Topics.Events)).Any(IsFailure),
            () => Task.FromResult(string.Join('\n', events.Select(record => record.Text)))
        );
        events.First(IsFailure).Value.Length.ShouldBeLessThan(3000);

        static bool IsFailure(KcatRecord record) => record.Text.Contains("\"rollout.command-failed.v1\"");
    }

    private async Task GoodAsync(string bootstrap)
    {
        await Kcat.ProduceAsync(bootstrap, Topics.Telemetry, "shop", [Measurement(), Measurement()]);
        _good += 2;
    }

    /// <summary>Waits until the signals of the series hold as many observations as were sent; more would be wrong too.</summary>
    private async Task WaitUntilCountedAsync(string bootstrap, EngineProcess engine)
    {
        await UntilAsync(
            engine,
            async () => await CountedAsync(bootstrap) >= _good,
            async () => $"{await CountedAsync(bootstrap)} of {_good} counted"
        );
        (await CountedAsync(bootstrap)).ShouldBe(_good);
    }

    private static async Task<double> CountedAsync(string bootstrap) =>
        (await Kcat.ReadAsync(bootstrap, Topics.Signals))
            .Select(record => JsonDocument.Parse(record.Value).RootElement)
            .Where(signal => signal.GetProperty("metric").GetString() == "orders")
            .Sum(signal => signal.GetProperty("n").GetDouble());

    private static async Task<IReadOnlyList<KcatRecord>> RejectsAsync(string bootstrap, int count, EngineProcess engine)
    {
        IReadOnlyList<KcatRecord> rejects = [];
        await UntilAsync(
            engine,
            async () => (rejects = await Kcat.ReadAsync(bootstrap, Topics.Rejects)).Count >= count,
            () => Task.FromResult(string.Join('\n', rejects.Select(reject => reject.Headers)))
        );
        return rejects;
    }

    private static async Task UntilAsync(EngineProcess engine, Func<Task<bool>> isSo, Func<Task<string>> seen)
    {
        for (var attempt = 0; !await isSo(); attempt++)
        {
            engine.ThrowIfEnded();
            attempt.ShouldBeLessThan(30, $"{await seen()}\n{engine.Printed}");
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        }
    }

    private static async Task CreateAsync(string bootstrap)
    {
        KafkaNative.Initialize();
        using var admin = new AdminClientBuilder([new("bootstrap.servers", bootstrap)]).Build();
        await admin.CreateTopicsAsync(
            Roomy.Select(topic => new TopicSpecification
            {
                Name = topic,
                NumPartitions = 1,
                Configs = new Dictionary<string, string> { ["max.message.bytes"] = "4000000" },
            })
        );
    }

    private static Bad Telemetry(string text, string reason, bool tooLarge = false) =>
        new(Topics.Telemetry, "shop", Bytes(text), reason, tooLarge);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Measurement(string? time = null) =>
        $$"""{"time":"{{time ?? Now}}","app":"shop","cluster":"eu-1","version":"1","track":"stable","metric":"orders","value":1.5,"count":1}""";

    private static string Request(string rollout, string version) =>
        $$"""{"time":"{{Now}}","type":"rollout.requested","rollout":"{{rollout}}","app":"shop","version":"{{version}}","policy":"default","clusters":[{"name":"eu-1"}]}""";

    private static string Ack(string id, string error = "") =>
        $$"""{"time":"{{Now}}","id":"{{id}}","status":"applied","error":"{{error}}"}""";

    private static string Now => $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'}";

    private static string Configuration(string bootstrap) =>
        $$"""
            kafka: { bootstrap: "{{bootstrap}}", partitions: 1 }
            stream: { bucket: 1s, allowedLateness: 10s, idleAfter: 1s, history: 1h }
            """;
}
