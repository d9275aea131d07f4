using System.Text;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Tests.Snapshots;

/// <summary>Records of all kinds that a lane may meet, in batches, with the clock they come by.</summary>
internal static class SnapshotTraffic
{
    public static readonly long StartMs = new DateTimeOffset(
        2026,
        1,
        5,
        8,
        0,
        0,
        TimeSpan.Zero
    ).ToUnixTimeMilliseconds();

    /// <summary>Three rollouts: an hour of stable telemetry, then the request and an hour of the canary.</summary>
    public static List<LaneInput> Small() =>
        Batches(
            SimulatedRecords.Play(
                [
                    .. RolloutSimulator.Rollouts(
                        7,
                        3,
                        [RolloutFamily.FaultyErrorsTenfold, RolloutFamily.FaultySynthetic, RolloutFamily.HealthyBlips]
                    ),
                ],
                StartMs
            ),
            minutes: 8
        );

    /// <summary>
    /// A fleet that learns and then judges by it, and a shop with two clusters and two variants that falls silent for longer than
    /// anything is remembered, comes back, and is updated again, one update cancelled.
    /// </summary>
    public static List<LaneInput> Large() =>
        Batches(
            new SimulatedFleet(
                [
                    .. RolloutSimulator
                        .Rollouts(11, 11, [RolloutFamily.HealthyBusy])
                        .Select(rollout => rollout with { IsEarlier = true }),
                ],
                [.. RolloutSimulator.Rollouts(11, 2, [RolloutFamily.HealthyModest, RolloutFamily.FaultySynthetic])],
                StartMs
            )
                .Play()
                .Concat(Shop()),
            minutes: 4
        );

    private static IEnumerable<SimulatedRecord> Shop()
    {
        var random = new Random(3);
        for (var tick = 0; tick < 2 * 260; tick++)
        {
            var (timeMs, minute) = (StartMs + tick * 30_000L + 29_000, tick / 2);
            foreach (var request in Requests(tick, timeMs))
                yield return Record(Topics.Updates, timeMs, request);
            if (minute is >= 120 and < 195)
                continue;
            foreach (var cluster in (string[])["eu", "us"])
            {
                foreach (var (track, version, variant) in Arms(minute))
                foreach (var (metric, usual) in ((string, double)[])[("error_rate", 0.01), ("latency_ms", 90)])
                {
                    var worse = variant == "b" && minute > 75 ? 1.6 : 1;
                    var value = usual * worse * (0.9 + 0.2 * random.NextDouble());
                    yield return Record(
                        Topics.Telemetry,
                        timeMs,
                        $$"""{"time":{{timeMs}},"app":"shop","cluster":"{{cluster}}","version":"{{version}}","track":"{{track}}",{{(
                            variant is null ? "" : $"\"variant\":\"{variant}\","
                        )}}"metric":"{{metric}}","value":{{value:R}},"count":{{random.Next(50, 400)}}}"""
                    );
                }
            }
        }
    }

    private static IEnumerable<string> Requests(int tick, long timeMs) =>
        tick switch
        {
            2 * 60 => [Request("shop-2", "2.0", timeMs, """["a","b"]""")],
            2 * 205 => [Request("shop-3", "3.0", timeMs, "[]"), Request("shop-3x", "3.0", timeMs, "[]")],
            2 * 230 => [$$"""{"time":{{timeMs}},"type":"rollout.cancelled","rollout":"shop-3","app":"shop"}"""],
            _ => [],
        };

    private static string Request(string rollout, string version, long timeMs, string variants) =>
        $$"""{"time":{{timeMs}},"type":"rollout.requested","rollout":"{{rollout}}","app":"shop","version":"{{version}}","from":"1.0","clusters":[{"name":"eu"},{"name":"us"}],"variants":{{variants}},"policy":"default"}""";

    private static IEnumerable<(string Track, string Version, string? Variant)> Arms(int minute)
    {
        yield return ("stable", minute < 200 ? "1.0" : "2.0", null);
        if (minute is >= 60 and < 115)
        {
            yield return ("canary", "2.0", "a");
            yield return ("canary", "2.0", "b");
        }
        if (minute >= 207)
            yield return ("canary", "3.0", null);
    }

    private static SimulatedRecord Record(string topic, long timeMs, string value) =>
        new(topic, timeMs, Encoding.UTF8.GetBytes(value));

    /// <summary>A little out of order, with rubbish and copies that come too late; the clock closes every other batch.</summary>
    private static List<LaneInput> Batches(IEnumerable<SimulatedRecord> played, int minutes)
    {
        var random = new Random(5);
        var records = played
            .SelectMany(
                (record, i) =>
                    i % 301 == 300 && record.Topic != Topics.Updates
                        ? [record, record with { TimeMs = record.TimeMs + 400_000 }]
                        : (SimulatedRecord[])[record]
            )
            .Select(record => (Record: record, ComesMs: record.TimeMs + random.Next(0, 3000)))
            .OrderBy(record => record.ComesMs)
            .Select(
                (record, i) =>
                    new RawRecord(
                        record.Record.Topic,
                        0,
                        i,
                        record.ComesMs,
                        default,
                        i % 97 == 0 && record.Record.Topic != Topics.Updates
                            ? "rubbish"u8.ToArray()
                            : record.Record.Value,
                        null
                    )
            );
        return
        [
            .. records
                .GroupBy(record => (record.TimestampMs - StartMs) / (minutes * 60_000L))
                .SelectMany((batch, i) => Batch([.. batch], i)),
        ];
    }

    private static IEnumerable<LaneInput> Batch(List<RawRecord> records, int index)
    {
        var clockMs = records[^1].TimestampMs;
        yield return new LaneInput(records, clockMs, ClockCloses: index % 2 == 0);
        if (index % 11 == 10)
            yield return new LaneInput([], clockMs + 30_000, ClockCloses: true);
    }
}
