using CanaryStreams.Cli.Score;

namespace CanaryStreams.Cli.Plot;

/// <summary>Looks out for the series to draw, and says what there is where it isn't.</summary>
internal sealed class PlotSearch(PlotRequest request)
{
    private const int IdsNamedMax = 5;

    private readonly HashSet<string> _ids = [];

    /// <summary>Whether a point of the series and the time asked for was seen.</summary>
    public bool IsFound { get; private set; }

    /// <summary>Time of the series' first point, in range or not.</summary>
    public long FirstMs { get; private set; } = long.MaxValue;

    public long LastMs { get; private set; } = long.MinValue;

    /// <summary>Takes note of a series; true for the one that is looked for.</summary>
    /// <param name="field">The id as it stands in the file.</param>
    public bool SawSeries(ReadOnlySpan<byte> field)
    {
        var id = CsvFields.Text(field);
        _ids.Add(id);
        return id == request.SeriesId;
    }

    /// <summary>Takes note of a point of the series; true for one to draw.</summary>
    public bool SawPoint(long timeMs)
    {
        FirstMs = Math.Min(FirstMs, timeMs);
        LastMs = Math.Max(LastMs, timeMs);
        var isIn = request.Holds(timeMs);
        IsFound |= isIn;
        return isIn;
    }

    /// <summary>Reads files until the series is found: cheap beside scoring them for nothing.</summary>
    /// <exception cref="InputException">None holds it.</exception>
    public void Require(IReadOnlyList<string> files)
    {
        foreach (var file in files)
        {
            using var lines = CsvLines.Open(file);
            Read(lines);
            if (IsFound)
                return;
        }
        throw Absent(files);
    }

    public InputException Absent(IReadOnlyList<string> inputs)
    {
        var where = string.Join(", ", inputs.Select(input => input == "-" ? "standard input" : input));
        if (_ids.Contains(request.SeriesId))
            return new InputException(
                where,
                0,
                $"series '{request.SeriesId}' has no points in the time asked for; "
                    + $"it reaches from {TimeText.Full(FirstMs)} to {TimeText.Full(LastMs)} UTC"
            );
        var named = _ids.OrderByDescending(IsAlike).ThenBy(id => id, StringComparer.Ordinal).Take(IdsNamedMax);
        var there = string.Join(", ", named.Select(id => $"'{id}'"));
        var rest = _ids.Count > IdsNamedMax ? $" and {_ids.Count - IdsNamedMax} more" : "";
        return new InputException(
            where,
            0,
            $"no series '{request.SeriesId}'; there {(_ids.Count == 0 ? "is none" : $"are {there}{rest}")}"
        );
    }

    private bool IsAlike(string id) => id.Contains(request.SeriesId, StringComparison.OrdinalIgnoreCase);

    private void Read(CsvLines lines)
    {
        var header = SeriesHeader.Read(lines, "series_id", "timestamp");
        Span<Range> fields = stackalloc Range[2];
        var last = Array.Empty<byte>();
        var isWanted = false;
        while (!IsFound && lines.TryRead(out var line))
        {
            if (line.IsEmpty)
                continue;
            header.Locate(lines, line, fields);
            var id = line[fields[0]];
            // Rows of one series mostly follow each other: comparing bytes spares decoding.
            if (!id.SequenceEqual(last))
                (isWanted, last) = (SawSeries(id), id.ToArray());
            // A time that can't be read is reported where it is scored.
            if (isWanted && SeriesRow.TryTime(line[fields[1]], out var timeMs))
                SawPoint(timeMs);
        }
    }
}
