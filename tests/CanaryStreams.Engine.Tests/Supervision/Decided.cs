using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Engine.Tests.Supervision;

/// <summary>Supervisors over a journal, and what they have put into its outbox.</summary>
internal static class Decided
{
    public static Supervisor Started(this MemoryJournal journal)
    {
        var supervisor = new Supervisor(journal);
        supervisor.Recover(Fleet.Start);
        return supervisor;
    }

    public static List<ControlCommand> Commands(this MemoryJournal journal, long after) =>
        [
            .. new Outbox(journal, 0)
                .Read(after, 1000)
                .Records.Where(r => r.Topic == Topics.Control)
                .Select(r => ControlCodec.Decode(r.Value.Span, out _)!),
        ];
}
