using System.Text;
using System.Text.Json;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Replay;

namespace CanaryStreams.Engine.Tests.Replay;

/// <summary>Simulated rollouts as a recording, and what a replay makes of it.</summary>
internal static class Recording
{
    public static readonly Policy Policy = new()
    {
        Steps = [50],
        // The recordings end an hour after the canary begins.
        Bake = TimeSpan.FromMinutes(50),
        DecideBy = TimeSpan.FromMinutes(60),
        Inconclusive = Inconclusive.Promote,
        Metrics = RolloutSimulator.Metrics,
    };

    public static readonly long StartMs = new DateTimeOffset(
        2026,
        1,
        5,
        8,
        0,
        0,
        TimeSpan.Zero
    ).ToUnixTimeMilliseconds();

    public static List<SimulatedRollout> Rollouts(int count, params RolloutFamily[] families) =>
        [.. RolloutSimulator.Rollouts(11, count, families)];

    public static List<RawRecord> Records(IReadOnlyList<SimulatedRollout> rollouts) =>
        Records(SimulatedRecords.Play(rollouts, StartMs));

    public static List<RawRecord> Records(IEnumerable<SimulatedRecord> played) =>
        [.. played.Select((r, i) => new RawRecord(r.Topic, 0, i + 1, r.TimeMs, default, r.Value, null))];

    public static async Task<List<OutputRecord>> ReplayAsync(
        IEnumerable<RawRecord> records,
        bool assumeAcks = true,
        StreamSettings? settings = null,
        IFleet? fleet = null,
        Policy? policy = null
    )
    {
        var output = new List<OutputRecord>();
        var policies = new Dictionary<string, Policy> { ["default"] = policy ?? Policy };
        var run = new ReplayRun(
            settings ?? StreamSettings.Default,
            policies,
            DetectorModels.Default,
            fleet ?? NoFleet.Instance,
            assumeAcks,
            encodesSignals: true,
            output.Add
        );
        await run.RunAsync(records, CancellationToken.None);
        return output;
    }

    public static List<ControlCommand> Commands(IEnumerable<OutputRecord> output) =>
        [
            .. output
                .Where(record => record.Topic == Topics.Control)
                .Select(record => ControlCodec.Decode(record.Value.Span, out _)!),
        ];

    /// <summary>The last command of a rollout.</summary>
    public static CommandKind EndOf(IEnumerable<OutputRecord> output, SimulatedRollout rollout) =>
        Commands(output).Last(command => command.Rollout == rollout.Rollout).Command;

    public static RawRecord Ack(long offset, ControlCommand command, DateTimeOffset time) =>
        new(
            Topics.Acks,
            0,
            offset,
            time.ToUnixTimeMilliseconds(),
            default,
            AckCodec.Encode(
                new Acknowledgement(
                    time,
                    command.Id,
                    command.Rollout,
                    command.App,
                    command.Cluster,
                    AckStatus.Applied,
                    command.WeightPct,
                    null
                )
            ),
            null
        );

    public static string Text(OutputRecord record) => $"{record.Topic} {Encoding.UTF8.GetString(record.Value.Span)}";

    public static string Reason(OutputRecord reject) =>
        Encoding.UTF8.GetString(reject.Headers!.First(h => h.Name == "canary_reason").Value.Span);

    public static DateTimeOffset TimeOf(OutputRecord record)
    {
        using var json = JsonDocument.Parse(record.Value);
        var holder = record.Topic == Topics.Events ? json.RootElement.GetProperty("data") : json.RootElement;
        return holder.GetProperty("time").GetDateTimeOffset();
    }
}
