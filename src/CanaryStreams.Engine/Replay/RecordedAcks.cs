using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Replay;

/// <summary>
/// Recorded acknowledgements. In a replay time passes from record to record, so that it may give a command a little later
/// than the engine did, and after the record of its answer. Such an answer waits for its command.
/// </summary>
internal sealed class RecordedAcks
{
    private readonly HashSet<string> _given = [];
    private readonly List<(string Id, RawRecord Record)> _early = [];

    /// <summary>A command was given: whoever answers it is heard from now on.</summary>
    public void Given(OutputRecord command)
    {
        if (ControlCodec.Decode(command.Value.Span, out _) is { Id: var id })
            _given.Add(id);
    }

    /// <summary>The acknowledgements of a record that can be handed on now; what can't be read is, to be rejected.</summary>
    public IEnumerable<RawRecord> Take(RawRecord record)
    {
        foreach (var element in RecordElements.Of(record.Value))
        {
            var single = record with { Value = element };
            if (AckCodec.Decode(element.Span, out _) is { Id: var id } && !_given.Contains(id))
                _early.Add((id, single));
            else
                yield return single;
        }
    }

    /// <summary>The early ones whose command has been given since.</summary>
    public List<RawRecord> TakeDue()
    {
        var due = _early.FindAll(early => _given.Contains(early.Id)).ConvertAll(early => early.Record);
        if (due.Count > 0)
            _early.RemoveAll(early => _given.Contains(early.Id));
        return due;
    }

    /// <summary>Those that nobody asked for.</summary>
    public List<RawRecord> TakeRest()
    {
        var rest = _early.ConvertAll(early => early.Record);
        _early.Clear();
        return rest;
    }
}
