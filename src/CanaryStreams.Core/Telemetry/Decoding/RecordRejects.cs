namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>
/// Collects what is refused of one record. Bytes are copied, so that a reject outlives the batch. A record with very
/// many bad elements, or one whose elements have no bytes of their own, gets a single reject that counts them:
/// a megabyte of nonsense must not become a hundred megabytes of rejects.
/// </summary>
internal sealed class RecordRejects(DecodingLimits limits)
{
    private RawRecord _record;
    private List<Reject> _rejects = [];
    private int _start;
    private int _refused;
    private string? _first;

    public int Refused => _refused;

    public void Begin(in RawRecord record, List<Reject> rejects)
    {
        _record = record;
        _rejects = rejects;
        _start = rejects.Count;
        _refused = 0;
        _first = null;
    }

    /// <summary>Refuses one element by its own bytes.</summary>
    public void Element(string reason, ReadOnlySpan<byte> bytes)
    {
        Count(reason);
        if (_refused <= limits.RejectsPerRecordMax)
            _rejects.Add(Make(reason, bytes));
    }

    /// <summary>Refuses one element that has no bytes of its own: <see cref="End"/> makes one reject of all such.</summary>
    public void Count(string reason)
    {
        _refused++;
        _first ??= reason;
    }

    /// <summary>Refuses the record as a whole, whatever was said of its elements.</summary>
    public void Whole(string reason)
    {
        Drop();
        _refused = 1;
        _rejects.Add(Make(reason, _record.Value.Span));
    }

    /// <param name="accepted">Elements of the record that were accepted.</param>
    public void End(int accepted)
    {
        if (_refused == _rejects.Count - _start)
            return;
        Drop();
        _rejects.Add(
            Make($"{_refused} of {_refused + accepted} elements refused; the first: {_first}", _record.Value.Span)
        );
    }

    private void Drop() => _rejects.RemoveRange(_start, _rejects.Count - _start);

    private Reject Make(string reason, ReadOnlySpan<byte> bytes) =>
        new(reason, _record.Topic, _record.Partition, _record.Offset, _record.Key.ToArray(), bytes.ToArray());
}
