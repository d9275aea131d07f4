using System.Text;
using CanaryStreams.Cli.Score;

namespace CanaryStreams.Cli.Judge;

/// <summary>Reads series from the CSV files of a folder.</summary>
internal static class SeriesFolder
{
    /// <summary>
    /// Every series of the folder that is asked for; several files may hold several each. Rows must be sorted by time
    /// within a series.
    /// </summary>
    public static Dictionary<string, TimedValues> Read(string folder, IReadOnlySet<string> wanted)
    {
        if (!Directory.Exists(folder))
            throw new InputException(folder, 0, "no such folder");
        var result = new Dictionary<string, TimedValues>();
        var files = Directory
            .EnumerateFiles(folder)
            .Where(file =>
                file.EndsWith(".csv", StringComparison.Ordinal) || file.EndsWith(".csv.gz", StringComparison.Ordinal)
            )
            .Order(StringComparer.Ordinal);
        foreach (var file in files)
            ReadFile(file, wanted, result);
        return result;
    }

    private static void ReadFile(string file, IReadOnlySet<string> wanted, Dictionary<string, TimedValues> result)
    {
        using var lines = CsvLines.Open(file);
        var header = SeriesHeader.Read(lines, "series_id", "timestamp", "value");
        Span<Range> fields = stackalloc Range[3];
        while (lines.TryRead(out var line))
        {
            if (line.IsEmpty)
                continue;
            header.Locate(lines, line, fields);
            var id = Encoding.UTF8.GetString(CsvFields.Unquote(line[fields[0]]));
            if (!SeriesRow.TryTime(line[fields[1]], out var timeMs))
                throw lines.Error("timestamp is neither epoch seconds, epoch milliseconds nor RFC 3339");
            if (!SeriesRow.TryValue(line[fields[2]], out var value))
                throw lines.Error("value is not a number (leave it empty where it is missing)");
            if (!wanted.Contains(id))
                continue;
            if (!result.TryGetValue(id, out var series))
                result.Add(id, series = new TimedValues([], []));
            if (series.TimesMs.Count > 0 && timeMs < series.TimesMs[^1])
                throw lines.Error($"timestamp is before the last one of series '{id}'; sort the rows by time");
            series.TimesMs.Add(timeMs);
            series.Values.Add(value);
        }
    }
}

/// <summary>One series, in time order.</summary>
internal sealed record TimedValues(List<long> TimesMs, List<double> Values);
