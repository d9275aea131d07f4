using System.Globalization;
using System.Text;
using CanaryStreams.Cli.Score;

namespace CanaryStreams.Cli.Evaluate;

/// <summary>Columns of a CSV file of series, gathered by series in order of appearance.</summary>
internal static class ScoredFile
{
    /// <summary>Times and the wanted number columns of each series.</summary>
    public static Dictionary<string, Columns> Read(string path, params string[] columns)
    {
        if (!File.Exists(path))
            throw new InputException(path, 0, "no such file");
        using var lines = new CsvLines(path, File.OpenRead(path));
        var header = SeriesHeader.Read(lines, ["series_id", "timestamp", .. columns]);
        var result = new Dictionary<string, Columns>();
        var fields = new Range[columns.Length + 2];
        while (lines.TryRead(out var line))
        {
            if (line.IsEmpty)
                continue;
            header.Locate(lines, line, fields);
            var id = Encoding.UTF8.GetString(CsvFields.Unquote(line[fields[0]]));
            if (!SeriesRow.TryTime(line[fields[1]], out var time))
                throw lines.Error("the timestamp can't be read");
            if (!result.TryGetValue(id, out var series))
                result.Add(id, series = new Columns([], Array.ConvertAll(columns, _ => new List<float>())));
            series.Times.Add(time);
            for (var i = 0; i < columns.Length; i++)
            {
                if (!SeriesRow.TryValue(line[fields[i + 2]], out var number))
                    throw lines.Error($"{columns[i]} is not a number");
                series.Numbers[i].Add(double.IsNaN(number) ? 0 : (float)number);
            }
        }
        return result;
    }

    public static string Format(double number) => number.ToString("0.000", CultureInfo.InvariantCulture);
}

/// <param name="Numbers">One list a column, as long as the times.</param>
internal sealed record Columns(List<long> Times, List<float>[] Numbers);
