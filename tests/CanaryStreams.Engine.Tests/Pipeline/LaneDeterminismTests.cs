using System.Text;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;

namespace CanaryStreams.Engine.Tests.Pipeline;

/// <summary>What leaves a lane depends on the records alone, not on how a poll happened to cut them.</summary>
public class LaneDeterminismTests
{
    private static readonly long StartMs = new DateTimeOffset(
        2026,
        1,
        5,
        8,
        0,
        0,
        TimeSpan.Zero
    ).ToUnixTimeMilliseconds();

    [Fact]
    public async Task Lane_SameRecordsInOtherBatches_SameBytes()
    {
        var records = Records();

        var (signals, rejects) = await RunAsync(records, 1000);

        signals.Count.ShouldBeGreaterThan(1000);
        signals.ShouldContain(line => line.Contains("\"evidence\":{"));
        // What is unreadable among updates the supervisors reject.
        rejects.Count.ShouldBe(records.Count(r => r.Offset % 97 == 0 && r.Topic != Topics.Updates) + 1);
        foreach (var size in new[] { 1, 7, records.Count })
        {
            var other = await RunAsync(records, size);
            other.Signals.ShouldBe(signals, $"in batches of {size}");
            other.Rejects.ShouldBe(rejects, $"in batches of {size}");
        }
    }

    /// <summary>Three rollouts, a little out of order, with rubbish and a record too late among them.</summary>
    private static List<RawRecord> Records()
    {
        var random = new Random(5);
        var rollouts = RolloutSimulator
            .Rollouts(
                7,
                3,
                [RolloutFamily.FaultyErrorsTenfold, RolloutFamily.FaultySynthetic, RolloutFamily.HealthyBlips]
            )
            .ToList();
        var records = SimulatedRecords
            .Play(rollouts, StartMs)
            .Select(r => (r.Topic, TimeMs: r.TimeMs + random.Next(0, 3000), r.Value))
            .OrderBy(r => r.TimeMs)
            .Select(
                (r, i) => new RawRecord(r.Topic, 0, i, 0, default, i % 97 == 0 ? "rubbish"u8.ToArray() : r.Value, null)
            )
            .ToList();
        var late = records.First(r => r.Topic == Topics.Telemetry && r.Offset % 97 != 0);
        records.Add(late with { Offset = records.Count + 1 });
        return records;
    }

    private static async Task<(List<string> Signals, List<string> Rejects)> RunAsync(
        List<RawRecord> records,
        int batchRecords
    )
    {
        var policies = new Dictionary<string, Policy> { ["default"] = new() { Metrics = RolloutSimulator.Metrics } };
        var (signals, rejects) = (new List<string>(), new List<string>());
        var host = new InlineHost();
        CanaryGraph.ComposeLane(
            host,
            new LaneFactory(StreamSettings.Default, policies, DetectorModels.Default, NoFleet.Instance).Create(
                0,
                _ => true,
                _ => true
            ),
            (batch, _) =>
            {
                foreach (var record in batch.Records)
                    (record.Topic == Topics.Signals ? signals : rejects).Add(
                        Encoding.UTF8.GetString(record.Value.Span)
                            + string.Concat(
                                record.Headers?.Select(h => $" {h.Name}={Encoding.UTF8.GetString(h.Value.Span)}") ?? []
                            )
                    );
                return ValueTask.CompletedTask;
            }
        );
        // The clock of a lane that reads a backlog: far ahead of the records, and closing nothing.
        var clockMs = StartMs + 24 * 3_600_000L;
        foreach (var chunk in records.Chunk(batchRecords))
            await host.Inlet<LaneInput>(CanaryGraph.Inputs)
                .PushAsync(new LaneInput(chunk, clockMs, ClockCloses: false), CancellationToken.None);
        return (signals, rejects);
    }
}
