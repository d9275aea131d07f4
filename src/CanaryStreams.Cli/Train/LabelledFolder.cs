using CanaryStreams.Cli.Score;
using CanaryStreams.Core.Anomaly.Training;

namespace CanaryStreams.Cli.Train;

/// <summary>Reads the labelled series of a folder: <c>*.csv</c> and <c>*.csv.gz</c> with series_id, timestamp, value, label.</summary>
internal static class LabelledFolder
{
    private static readonly string[] s_columns = ["series_id", "timestamp", "value", "label"];

    /// <summary>
    /// The series by set, which is a file's name up to the first <c>_</c> or <c>.</c>: sets in order of their names, series
    /// in order of files and of appearance. A series of the same name in another file is another one.
    /// </summary>
    /// <param name="error">Receives a note for each file without those columns, such as a list of changes; it is left out.</param>
    /// <exception cref="InputException">No file has the columns, or one that has them can't be read.</exception>
    public static SortedDictionary<string, List<LabelledPoints>> Read(string folder, TextWriter error)
    {
        if (!Directory.Exists(folder))
            throw new InputException(folder, 0, "no such folder");
        var sets = new SortedDictionary<string, List<LabelledPoints>>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder).Where(IsCsv).Order(StringComparer.Ordinal))
        {
            var set = SetOf(file);
            if (ReadFile(file, set, out var missing) is not { } series)
                error.WriteLine($"{file}: left out, it has no column '{missing}'");
            else if (sets.TryGetValue(set, out var others))
                others.AddRange(series);
            else
                sets.Add(set, series);
        }
        return sets.Count > 0
            ? sets
            : throw new InputException(
                folder,
                0,
                $"no *.csv or *.csv.gz with the columns {string.Join(", ", s_columns)} in it"
            );
    }

    private static bool IsCsv(string file) =>
        file.EndsWith(".csv", StringComparison.Ordinal) || file.EndsWith(".csv.gz", StringComparison.Ordinal);

    private static string SetOf(string file)
    {
        var name = Path.GetFileName(file);
        return name[..name.AsSpan().IndexOfAny('_', '.')];
    }

    /// <returns>Null where a column is missing.</returns>
    private static List<LabelledPoints>? ReadFile(string file, string set, out string? missing)
    {
        using var lines = CsvLines.Open(file);
        if (SeriesHeader.TryRead(lines, out missing, s_columns) is not { } header)
            return null;
        // Kept in order of appearance beside the dictionary, which promises none.
        var (byId, inOrder) = (new Dictionary<string, Rows>(), new List<Rows>());
        Span<Range> fields = stackalloc Range[4];
        while (lines.TryRead(out var line))
        {
            if (line.IsEmpty)
                continue;
            header.Locate(lines, line, fields);
            var id = CsvFields.Text(line[fields[0]]);
            if (!byId.TryGetValue(id, out var rows))
            {
                byId.Add(id, rows = new Rows(id, [], [], []));
                inOrder.Add(rows);
            }
            Add(rows, lines, line, fields);
        }
        return inOrder.ConvertAll(rows => rows.ToPoints(set));
    }

    private static void Add(Rows rows, CsvLines lines, ReadOnlySpan<byte> line, ReadOnlySpan<Range> fields)
    {
        if (!SeriesRow.TryTime(line[fields[1]], out var timeMs))
            throw lines.Error("timestamp is neither epoch seconds, epoch milliseconds nor RFC 3339");
        if (!SeriesRow.TryValue(line[fields[2]], out var value))
            throw lines.Error("value is not a number (leave it empty where it is missing)");
        if (!SeriesRow.TryValue(line[fields[3]], out var label))
            throw lines.Error("label is not a number (1 is an anomaly, 0 isn't)");
        if (rows.TimesMs.Count > 0 && timeMs < rows.TimesMs[^1])
            throw lines.Error($"timestamp is before the last one of series '{rows.Id}'; sort the rows by time");
        rows.TimesMs.Add(timeMs);
        rows.Values.Add(value);
        rows.Labels.Add(label > 0);
    }

    private sealed record Rows(string Id, List<long> TimesMs, List<double> Values, List<bool> Labels)
    {
        public LabelledPoints ToPoints(string set) =>
            new(set, Id, [.. TimesMs], [.. Values], [.. Labels], new bool[Values.Count]);
    }
}
