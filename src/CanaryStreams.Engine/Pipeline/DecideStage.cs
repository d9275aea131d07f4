using CanaryStreams.Core.Lanes;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Engine.Pipeline;

/// <summary>
/// Hands a batch to the supervisor, which journals what it decides, then lets the clock pass. An input that was refused is
/// rejected with the refusal's reason, so that whoever sent it can know.
/// </summary>
/// <param name="housekeeping">Done between batches while nothing waits; null where the journal is left as it is, as in a replay.</param>
public sealed class DecideStage(Supervisor supervisor, Housekeeping? housekeeping = null)
    : IStage<ReadBatch, DecidedBatch>
{
    public DecidedBatch Process(ReadBatch batch)
    {
        var stopped = housekeeping?.StopCorrupt() ?? [];
        var handled = supervisor.Handle(batch.Inputs);
        foreach (var refusal in handled.Refusals)
        {
            if (refusal.Index >= 0 && batch.Origins[refusal.Index] is { } origin)
                batch.Rejects.Add(ReadStage.RejectOf(origin, refusal.Reason));
        }
        var (appended, lost) = (handled.Appended, (IReadOnlyList<LostRollout>)[.. stopped, .. handled.Lost]);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(batch.Input.ClockMs);
        if (batch.Input.ClockDecides && supervisor.NextDeadline <= now)
        {
            var passed = supervisor.AdvanceTo(now);
            appended += passed.Appended;
            lost = [.. lost, .. passed.Lost];
        }
        if (batch.Input.ClockDecides)
            housekeeping?.TidyUp(now);
        return new DecidedBatch(appended, lost, batch.Rejects, batch.CompleteSignals, batch.Input);
    }
}
