using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Pipeline;

/// <summary>
/// The whole stream graph. Everything that runs, live or in a replay, is composed here and nowhere else; what
/// <c>canarystreams graph</c> prints comes from the same lines.
/// </summary>
public static class CanaryGraph
{
    public const string Inputs = "inputs";
    public const string Decisions = "decisions";

    /// <summary>Bytes that count as one record; a larger one counts as several, so that edges bound memory.</summary>
    internal const int RecordBytes = 4096;

    private static readonly Edge LaneIn = new("lane-in", 20_000, "records of up to 4 KiB", WhenFull.PausePartition);
    private static readonly Edge SignalsOut = new("signals-out", 10_000, "records", WhenFull.Wait);
    private static readonly Edge SupervisorIn = new(
        "supervisor-in",
        10_000,
        "records of up to 4 KiB",
        WhenFull.PausePartition
    );
    private static readonly Edge OutboxIn = new("outbox", 1_000, "decided batches", WhenFull.Wait);

    /// <summary>The analyzer: one such lane for each partition of the topics keyed by application.</summary>
    public static void ComposeLane(
        IStreamHost host,
        LaneStages stages,
        Func<EncodedBatch, CancellationToken, ValueTask> publish
    )
    {
        var inputs = host.Source<LaneInput>(Inputs, "canary.telemetry, canary.transactions, canary.updates");
        var queued = host.Queue(inputs, LaneIn, batch => Weight(batch.Records));
        var decoded = host.Stage(queued, "decode", stages.Decode);
        var closed = host.Stage(decoded, "bucket", stages.Bucket);
        var scored = host.Stage(closed, "profile and score", stages.Profile);
        var compared = host.Stage(scored, "compare and forecast", stages.Compare);
        var encoded = host.Stage(compared, "encode", stages.Encode);
        var captured = host.Stage(encoded, "capture", stages.Capture);
        var ready = host.Queue(captured, SignalsOut, batch => Math.Max(1, batch.Records.Count));
        host.Sink(ready, "publish", "canary.signals, canary.fleet, canary.rejects", publish);
    }

    /// <summary>The supervisors of all rollouts of this process: what they decide is journalled before it is published.</summary>
    public static void ComposeSupervision(
        IStreamHost host,
        SupervisionStages stages,
        Func<DecidedBatch, CancellationToken, ValueTask> publish
    )
    {
        var inputs = host.Source<SupervisionInput>(Decisions, "canary.signals, canary.updates, canary.acks");
        var queued = host.Queue(inputs, SupervisorIn, batch => Weight(batch.Records));
        var read = host.Stage(queued, "read", stages.Read);
        var decided = host.Stage(read, "decide and journal", stages.Decide);
        var journalled = host.Queue(decided, OutboxIn, _ => 1);
        host.Sink(journalled, "publish from journal", "canary.control, canary.events, canary.rejects", publish);
    }

    /// <summary>A larger record counts for as many as fit into it: an edge bounds memory, not only records.</summary>
    private static int Weight(IReadOnlyList<RawRecord> records)
    {
        var weight = 0;
        foreach (var record in records)
            weight += 1 + record.Value.Length / RecordBytes;
        return Math.Max(1, weight);
    }
}
