using System.Text;
using CanaryStreams.Cli.Score;

namespace CanaryStreams.Cli.Judge;

/// <summary>One change to judge: a row of <c>cases.csv</c>.</summary>
internal sealed record JudgeCase(string Id, string Series, long ChangeMs)
{
    public static List<JudgeCase> Read(string file)
    {
        using var lines = CsvLines.Open(file);
        var header = SeriesHeader.Read(lines, "case_id", "series_id", "change_time");
        var result = new List<JudgeCase>();
        Span<Range> fields = stackalloc Range[3];
        while (lines.TryRead(out var line))
        {
            if (line.IsEmpty)
                continue;
            header.Locate(lines, line, fields);
            if (!SeriesRow.TryTime(line[fields[2]], out var changeMs))
                throw lines.Error("change_time is neither epoch seconds, epoch milliseconds nor RFC 3339");
            var id = Encoding.UTF8.GetString(line[fields[0]]);
            result.Add(new JudgeCase(id, Encoding.UTF8.GetString(CsvFields.Unquote(line[fields[1]])), changeMs));
        }
        return result;
    }
}
