using System.Text;
using System.Xml.Linq;
using CanaryStreams.Cli.Plot;
using CanaryStreams.Cli.Score;
using CanaryStreams.Core.Anomaly;
using CanaryStreams.Engine.Tests.Score;

namespace CanaryStreams.Engine.Tests.Plot;

public sealed class PlotCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _error = new();
    private readonly MemoryStream _output = new();

    public void Dispose()
    {
        _folder.Dispose();
        _error.Dispose();
        _output.Dispose();
    }

    [Theory]
    [InlineData("in.csv --plot-output a.svg", "--plot-output needs --plot")]
    [InlineData("in.csv --from 2020-01-01", "--from needs --plot")]
    [InlineData("in.csv --plot a --from noon", "--from must be epoch seconds")]
    [InlineData("in.csv --plot a --from 2020-01-02 --to 2020-01-01", "--from must not be after --to")]
    [InlineData("in.csv --plot a --plot-output -", "same place")]
    [InlineData("in.csv --plot a -o a.svg", "same place")]
    public void Parse_BadUsage_SaysWhy(string arguments, string message) =>
        ScoreCommand.Create().Parse(arguments).Errors.Single().Message.ShouldContain(message);

    [Theory]
    [InlineData("in.csv --plot a")]
    [InlineData("in.csv --plot a --plot-output - -o scores.csv --from 1600000000 --to 2020-09-14T00:00:00Z")]
    public void Parse_GoodUsage_IsNoError(string arguments) =>
        ScoreCommand.Create().Parse(arguments).Errors.ShouldBeEmpty();

    [Theory]
    [InlineData("kpi-1", "kpi-1.svg")]
    [InlineData("a/b\\c:d \"e\"", "a_b_c_d__e_.svg")]
    [InlineData("../etc", "_._etc.svg")]
    [InlineData("-x", "_x.svg")]
    public void FileName_OfAnId_IsSafe(string id, string expected) => PlotRequest.FileName(id).ShouldBe(expected);

    [Fact]
    public async Task Run_Plot_DrawsTheSeriesAndWritesTheSameScores()
    {
        var input = _folder.Write("in.csv", Rows("a", 50) + Rows("\"b \"\"c\"\"\"", 300, header: false));
        (await Job(null).RunAsync([input], null, Detectors.Default, 0.5, default)).ShouldBe(0);
        var plain = _output.ToArray();
        _output.SetLength(0);

        (await Run("b \"c\"", [input])).ShouldBe(0, _error.ToString());

        _output.ToArray().ShouldBe(plain);
        Subtitle().ShouldContain("300 points");
        _error.ToString().ShouldContain("a.svg");
    }

    [Fact]
    public async Task Run_FromTo_DrawsThatPartAndScoresEverything()
    {
        var input = _folder.Write("in.csv", Rows("a", 300));

        (await Run("a", [input], fromMs: 1_600_000_600_000, toMs: 1_600_001_200_000)).ShouldBe(0);

        Subtitle().ShouldStartWith("2020-09-13 12:36:40 – 2020-09-13 12:46:40 UTC (10 min) · 11 points");
        _output.ToArray().Count(b => b == '\n').ShouldBe(301);
    }

    [Fact]
    public async Task Run_UnknownSeries_ExitsWithTwoNamesSomeAndWritesNothing()
    {
        var ids = Enumerable.Range(0, 8).Select(i => Rows($"cpu-{i}", 2, header: false));
        var input = _folder.Write("in.csv", Rows("disk-mem", 2) + string.Concat(ids));

        (await Run("MEM", [input])).ShouldBe(2);

        _error.ToString().ShouldContain("in.csv: no series 'MEM'; there are 'disk-mem', 'cpu-0', 'cpu-1'");
        _error.ToString().ShouldContain("and 4 more");
        _output.Length.ShouldBe(0);
        Directory.GetFiles(_folder.Root).ShouldBe([input]);
    }

    [Fact]
    public async Task Run_NoPointInTheTimeAskedFor_ExitsWithTwoAndTellsWhereTheSeriesIs()
    {
        var input = _folder.Write("in.csv", Rows("a", 5));

        (await Run("a", [input], fromMs: 1_700_000_000_000)).ShouldBe(2);

        _error.ToString().ShouldContain("reaches from 2020-09-13 12:26:40 to 2020-09-13 12:30:40 UTC");
        Directory.GetFiles(_folder.Root).ShouldBe([input]);
    }

    [Fact]
    public async Task Run_UnknownSeriesOnStandardInput_ExitsWithTwoAndLeavesNoFile()
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(Rows("a", 5)));

        (await Run("b", ["-"], input)).ShouldBe(2);

        _error.ToString().ShouldContain("standard input: no series 'b'; there are 'a'");
        Directory.GetFiles(_folder.Root).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_TimesThatNoCalendarHas_ExitsWithTwo()
    {
        var input = _folder.Write("in.csv", "series_id,timestamp,value\na,1600000000000000,1\n");

        (await Run("a", [input])).ShouldBe(2);

        _error.ToString().ShouldContain("outside the years 1 to 9999");
    }

    private string Subtitle() =>
        PlotSeries.Find(XDocument.Load(_folder.File("a.svg")).Root!, "text", "sub").Single().Value.Replace("  ", " ");

    private Task<int> Run(
        string series,
        string[] inputs,
        Stream? standardInput = null,
        long fromMs = long.MinValue,
        long toMs = long.MaxValue
    )
    {
        var request = new PlotRequest(series, _folder.File("a.svg")) { FromMs = fromMs, ToMs = toMs };
        return Job(request, standardInput).RunAsync(inputs, null, Detectors.Default, 0.5, default);
    }

    private ScoreJob Job(PlotRequest? plot, Stream? standardInput = null) =>
        new(standardInput ?? Stream.Null, _output, _error, isTerminal: false) { Plot = plot };

    private static string Rows(string series, int count, bool header = true)
    {
        var text = new StringBuilder(header ? "series_id,timestamp,value\n" : "");
        for (var i = 0; i < count; i++)
            text.Append($"{series},{1600000000 + (60L * i)},{10 + (i % 7)}\n");
        return text.ToString();
    }
}
