using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Core.Telemetry.Decoding;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Engine.Pipeline;

/// <summary>Reads what the supervisors decide on; an element that can't be read is rejected and the rest goes on.</summary>
/// <param name="maxSkew">An update from further ahead of the clock is rejected: it would outrank every later one.</param>
/// <param name="requestAgeMax">
/// A request from longer ago is refused unless its rollout is still known: it may be over and forgotten, and would begin again. Null
/// where nothing is forgotten.
/// </param>
public sealed class ReadStage(UpdateDecoder updates, TimeSpan maxSkew, TimeSpan? requestAgeMax = null)
    : IStage<SupervisionInput, ReadBatch>
{
    public ReadBatch Process(SupervisionInput batch)
    {
        var inputs = new List<SupervisorInput>(batch.Records.Count + batch.Signals.Count);
        var origins = new List<RawRecord?>(inputs.Capacity);
        var rejects = new List<Reject>();
        var completeSignals = new Dictionary<int, long>();
        foreach (var record in batch.Records)
        {
            foreach (var value in RecordElements.Of(record.Value))
            {
                var element = record with { Value = value };
                if (Decode(element, batch.ClockMs, out var error) is { } input)
                {
                    inputs.Add(input);
                    origins.Add(element);
                    if (input is SignalInput { Signal: { Last: true } or { Rollout: null } })
                        completeSignals[record.Partition] = record.Offset + 1;
                }
                else
                    rejects.Add(RejectOf(element, error ?? "the record is empty"));
            }
        }
        foreach (var signal in batch.Signals)
        {
            inputs.Add(new SignalInput(signal));
            origins.Add(null);
        }
        return new ReadBatch(inputs, origins, rejects, completeSignals, batch);
    }

    private SupervisorInput? Decode(in RawRecord element, long clockMs, out string? error)
    {
        switch (element.Topic)
        {
            case Topics.Updates:
                var update = updates.Decode(element.Value.Span, out error);
                error ??= FieldRules.UpdateTime(update!.Command.Time, clockMs, maxSkew);
                return error is null ? new UpdateInput(update!, TooOld(update!.Command, clockMs)) : null;
            case Topics.Acks:
                return AckCodec.Decode(element.Value.Span, out error) is { } ack ? new AckInput(ack) : null;
            case Topics.Signals:
                return SignalCodec.Decode(element.Value.Span, out error) is { } signal ? new SignalInput(signal) : null;
            default:
                error = $"nobody reads the topic '{element.Topic}' here";
                return null;
        }
    }

    private string? TooOld(RolloutCommand command, long clockMs) =>
        command is RequestRollout request && requestAgeMax is { } ageMax
            ? FieldRules.RequestTime(request.Time, clockMs, ageMax)
            : null;

    public static Reject RejectOf(in RawRecord element, string reason) =>
        new(reason, element.Topic, element.Partition, element.Offset, element.Key, element.Value);
}
