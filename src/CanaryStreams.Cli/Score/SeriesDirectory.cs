using System.Text;

namespace CanaryStreams.Cli.Score;

/// <summary>
/// Gives each series of the input a number and the worker that scores it: the one with the fewest rows so far, so that
/// series that follow each other are scored side by side.
/// </summary>
internal sealed class SeriesDirectory(int workers)
{
    private const int StackChars = 256;

    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<Entry> _entries = [];
    private readonly long[] _rows = new long[workers];
    private byte[] _lastId = new byte[64];
    private int _lastIdBytes;
    private int _last = -1;

    /// <summary>Counts a row of a series and says where it belongs.</summary>
    /// <returns>Series number and worker; null where the time is before the series' last one.</returns>
    public (int Series, int Worker)? Place(ReadOnlySpan<byte> id, long timeMs)
    {
        // Rows of one series mostly follow each other: comparing bytes spares decoding.
        if (_last < 0 || !id.SequenceEqual(_lastId.AsSpan(0, _lastIdBytes)))
        {
            _last = Number(id);
            if (id.Length > _lastId.Length)
                _lastId = new byte[id.Length];
            id.CopyTo(_lastId);
            _lastIdBytes = id.Length;
        }
        var entry = _entries[_last];
        if (timeMs < entry.LastMs)
            return null;
        _entries[_last] = entry with { LastMs = timeMs };
        _rows[entry.Worker]++;
        return (_last, entry.Worker);
    }

    private int Number(ReadOnlySpan<byte> id)
    {
        Span<char> text = stackalloc char[StackChars];
        var isShort = id.Length <= StackChars;
        if (isShort && _numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(Decode(id, text), out var number))
            return number;
        var name = Encoding.UTF8.GetString(id);
        if (_numbers.TryGetValue(name, out number))
            return number;
        number = _entries.Count;
        _numbers.Add(name, number);
        _entries.Add(new Entry(Array.IndexOf(_rows, _rows.Min()), long.MinValue));
        return number;
    }

    private static ReadOnlySpan<char> Decode(ReadOnlySpan<byte> id, Span<char> text) =>
        text[..Encoding.UTF8.GetChars(id, text)];

    private readonly record struct Entry(int Worker, long LastMs);
}
