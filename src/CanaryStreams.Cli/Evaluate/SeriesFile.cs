using System.Text;
using CanaryStreams.Cli.Score;
using CanaryStreams.Core.Anomaly.Evaluation;

namespace CanaryStreams.Cli.Evaluate;

/// <summary>Columns of a CSV file of series, gathered by series in order of appearance.</summary>
internal static class SeriesFile
{
    public const string LabelColumn = "label";

    /// <summary>Times and the wanted number columns of each series.</summary>
    /// <exception cref="InputException">No such file, a row that can't be read, no row at all.</exception>
    public static Dictionary<string, Columns> Read(string path, params string[] columns)
    {
        using var lines = CsvLines.Open(path);
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
                result.Add(id, series = new Columns([], Array.ConvertAll(columns, _ => new List<double>())));
            if (series.Times.Count > 0 && time < series.Times[^1])
                throw lines.Error($"the timestamp is before the last one of series '{id}'; sort the rows by time");
            series.Times.Add(time);
            for (var i = 0; i < columns.Length; i++)
                series.Numbers[i].Add(Number(lines, line[fields[i + 2]], columns[i]));
        }
        return result.Count > 0 ? result : throw new InputException(path, 0, "holds no series");
    }

    /// <summary>Labels of a file beside the scores of another, paired by series and time.</summary>
    /// <param name="columns">Columns of the scores.</param>
    /// <returns>For each column all series, in the order of the labels.</returns>
    public static List<LabelledSeries>[] Join(string labelsPath, string scoresPath, params string[] columns)
    {
        var labels = Read(labelsPath, LabelColumn);
        var scores = Read(scoresPath, columns);
        var missing = labels.Keys.Where(id => !scores.ContainsKey(id)).ToList();
        if (missing.Count > 0)
            throw new InputException(scoresPath, 0, $"no scores for {string.Join(", ", missing.Take(5))}");
        return
        [
            .. columns.Select(
                (_, column) => labels.Select(pair => Join(pair.Key, pair.Value, scores[pair.Key], column)).ToList()
            ),
        ];
    }

    /// <summary>A point without a score scored 0.</summary>
    private static LabelledSeries Join(string id, Columns labels, Columns scores, int column)
    {
        var joined = new float[labels.Times.Count];
        for (int i = 0, j = 0; i < joined.Length; i++)
        {
            while (j < scores.Times.Count && scores.Times[j] < labels.Times[i])
                j++;
            if (j < scores.Times.Count && scores.Times[j] == labels.Times[i])
                joined[i] = scores.Numbers[column][j++] is var score && double.IsNaN(score) ? 0 : (float)score;
        }
        return new LabelledSeries(id, [.. labels.Numbers[0].Select(label => label > 0)], joined);
    }

    private static double Number(CsvLines lines, ReadOnlySpan<byte> field, string column)
    {
        if (!SeriesRow.TryValue(field, out var number))
            throw lines.Error($"{column} is not a number");
        // Where nobody looked there is no label; anything else but 0 and 1 is a column of another meaning.
        if (column == LabelColumn && number is not (0 or 1 or double.NaN))
            throw lines.Error("label is neither 0 nor 1");
        return number;
    }
}

/// <param name="Numbers">One list a column, as long as the times; NaN where a field is empty.</param>
internal sealed record Columns(List<long> Times, List<double>[] Numbers);
