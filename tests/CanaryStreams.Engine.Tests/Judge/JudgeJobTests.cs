using System.IO.Compression;
using System.Text;
using CanaryStreams.Cli.Judge;
using CanaryStreams.Core.Anomaly.Evaluation;
using CanaryStreams.Core.Judging;
using CanaryStreams.Engine.Tests.Score;

namespace CanaryStreams.Engine.Tests.Judge;

public sealed class JudgeJobTests : IDisposable
{
    private const int Minutes = 4 * 1440;
    private const long Start = 1600000000;

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _folder.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Run_GoodAndBadChange_AreToldApart()
    {
        var change = Start + ((Minutes - 200) * 60);
        WriteSeries("good.csv.gz", "good", 0);
        WriteSeries("bad.csv", "bad", 40);
        _folder.Write(
            "cases.csv",
            $"change_time,case_id,series_id,note\n{change},1,good,x\n{change},2,bad,y\n{change},3,gone,z\n{Start},4,bad,w\n"
        );

        var lines = Run(JudgeSettings.Default);

        lines[0].ShouldBe("case_id,score,verdict");
        lines[1].ShouldMatch(@"^1,0\.[0-4]\d*,ok$");
        lines[2].ShouldMatch(@"^2,0\.[5-9]\d*,bad$");
        lines[3].ShouldBe("3,0,inconclusive");
        lines[4].ShouldBe("4,0,inconclusive");
    }

    [Fact]
    public void Run_DataBehindTheWindow_MakesNoDifference()
    {
        var change = Start + ((Minutes - 200) * 60);
        _folder.Write("cases.csv", $"case_id,series_id,change_time\n1,s,{change}\n");
        WriteSeries("s.csv", "s", 15);
        var whole = Run(JudgeSettings.Default with { After = TimeSpan.FromMinutes(30) });
        WriteSeries("s.csv", "s", 15, rows: Minutes - 170);

        Run(JudgeSettings.Default with { After = TimeSpan.FromMinutes(30) }).ShouldBe(whole);
    }

    [Theory]
    [InlineData("cases.csv", "case_id,series_id\n", "cases.csv:1: the header has no column 'change_time'")]
    [InlineData("cases.csv", "case_id,series_id,change_time\n1,s,soon\n", "cases.csv:2: change_time is neither")]
    [InlineData("series/s.csv", "series_id,timestamp,value\ns,2,1\ns,1,1\n", "s.csv:3: timestamp is before")]
    [InlineData("series/s.csv", "series_id,timestamp,value\ns,2,x\n", "s.csv:2: value is not a number")]
    [InlineData("series/s.csv", "series_id,timestamp,value\ns,x,2\n", "s.csv:2: timestamp is neither")]
    public void Run_BadInput_ExitsWithTwoAndNamesTheLine(string file, string text, string message)
    {
        _folder.Write("cases.csv", "case_id,series_id,change_time\n1,s,100\n");
        _folder.Write("series/s.csv", "series_id,timestamp,value\n");
        _folder.Write(file, text);

        new JudgeJob(Stream.Null, _error).Run(_folder.Root, null, JudgeSettings.Default, default).ShouldBe(2);

        _error.ToString().ShouldContain(message);
    }

    [Fact]
    public void Run_NoFolders_ExitsWithTwo()
    {
        var job = new JudgeJob(Stream.Null, _error);
        job.Run(_folder.File("nowhere"), null, JudgeSettings.Default, default).ShouldBe(2);
        job.Run(_folder.Root, null, JudgeSettings.Default, default).ShouldBe(2);
        _folder.Write("cases.csv", "case_id,series_id,change_time\n");
        job.Run(_folder.Root, null, JudgeSettings.Default, default).ShouldBe(2);

        _error.ToString().ShouldContain("nowhere: no such folder");
        _error.ToString().ShouldContain("cases.csv: no such file");
        _error.ToString().ShouldContain("series: no such folder");
    }

    [Fact]
    public void Run_Interrupted_ExitsWith130()
    {
        WriteSeries("s.csv", "s", 0, rows: 10);
        _folder.Write("cases.csv", $"case_id,series_id,change_time\n1,s,{Start}\n");

        new JudgeJob(Stream.Null, _error)
            .Run(_folder.Root, null, JudgeSettings.Default, new CancellationToken(true))
            .ShouldBe(130);
    }

    /// <summary>Pairs of a bad and a healthy change; thresholds come from the even pairs, the odd ones are held out.</summary>
    [Theory]
    [InlineData(30)]
    [InlineData(120)]
    public void Run_LabelledChanges_F1OnTheHeldOutHalfIsHigh(int afterMinutes)
    {
        var cases = File.ReadLines(LabelledData.File("changes_dev.csv"))
            .Skip(1)
            .Select(line => line.Split(','))
            .Where(one => int.Parse(one[0].AsSpan("inst_".Length)) / 2 % 2 == 1)
            .ToList();
        var rows = cases.Select(one => string.Join(',', one[..3]));
        _folder.Write("cases.csv", "case_id,series_id,change_time\n" + string.Join('\n', rows));
        Directory.CreateDirectory(_folder.File("series"));
        File.CreateSymbolicLink(_folder.File("series/kpi.csv.gz"), LabelledData.File("kpi_train.csv.gz"));

        var verdicts = Run(JudgeSettings.Default with { After = TimeSpan.FromMinutes(afterMinutes) });

        var counts = default(EventCounts);
        foreach (var (one, line) in cases.Zip(verdicts.Skip(1)))
        {
            counts += (one[3] == "1", line.EndsWith(",bad", StringComparison.Ordinal)) switch
            {
                (true, true) => new EventCounts(1, 0, 0),
                (true, false) => new EventCounts(0, 1, 0),
                (false, true) => new EventCounts(0, 0, 1),
                _ => default,
            };
        }
        counts.F1.ShouldBeGreaterThan(0.9);
    }

    private string[] Run(JudgeSettings settings)
    {
        var output = _folder.File("out.csv");
        new JudgeJob(Stream.Null, _error).Run(_folder.Root, output, settings, default).ShouldBe(0, _error.ToString());
        return File.ReadAllLines(output);
    }

    private void WriteSeries(string file, string id, double shift, int rows = Minutes)
    {
        var random = new Random(1);
        var text = new StringBuilder("series_id,timestamp,value\n");
        for (var i = 0; i < rows; i++)
            text.Append(
                $"{id},{Start + (i * 60)},{100 + (5 * random.NextDouble()) + (i > Minutes - 198 ? shift : 0)}\n"
            );
        if (!file.EndsWith(".gz", StringComparison.Ordinal))
        {
            _folder.Write("series/" + file, text.ToString());
            return;
        }
        Directory.CreateDirectory(_folder.File("series"));
        using var gzip = new GZipStream(File.Create(_folder.File("series/" + file)), CompressionMode.Compress);
        gzip.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
