using System.IO.Compression;
using System.Text;
using CanaryStreams.Cli.Score;
using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Engine.Tests.Score;

public sealed class ScoreJobTests : IDisposable
{
    private const string Header = "series_id,timestamp,value,score,is_anomaly,onset,expected";

    // Where the scores don't matter and the rows are many.
    private const string Light = "ewma";

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _folder.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Run_OrderedSeries_WritesARowForEachRowInOrder()
    {
        var input = _folder.Write("in.csv", Csv("a", 300) + Rows("b", 200));

        var lines = await Score([input]);

        lines[0].ShouldBe(Header);
        lines.Length.ShouldBe(501);
        lines[1].ShouldStartWith("a,1600000000,10,");
        lines[301].ShouldStartWith("b,1600000000,10,");
    }

    [Fact]
    public async Task Run_InterleavedSeries_GivesEachTheScoresItHasAlone()
    {
        var rows = Rows("a", 400).Split('\n').Zip(Rows("b", 400).Split('\n'), (a, b) => a + "\n" + b);
        var mixed = _folder.Write("mixed.csv", "series_id,timestamp,value\n" + string.Join('\n', rows));
        var alone = _folder.Write("alone.csv", Csv("b", 400));

        var scored = await Score([mixed]);

        scored.Where(line => line.StartsWith("b,", StringComparison.Ordinal)).ShouldBe((await Score([alone])).Skip(1));
    }

    [Fact]
    public async Task Run_TwiceAndOneWorkerLess_IsByteIdentical()
    {
        var input = _folder.Write("in.csv", Csv("a", 9000) + Rows("b", 9000) + Rows("c", 9000));
        var outputs = new List<byte[]>();
        foreach (var workers in new[] { 1, 2, 3 })
        {
            using var output = new MemoryStream();
            using var lines = new CsvLines(input, File.OpenRead(input));
            await new ScorePipeline(() => Detectors.Create(Detectors.Default, 0.5), workers).RunAsync(
                [lines],
                output,
                _ => { },
                default
            );
            outputs.Add(output.ToArray());
        }

        outputs[1].ShouldBe(outputs[0]);
        outputs[2].ShouldBe(outputs[0]);
    }

    [Fact]
    public async Task Run_MoreRowsThanAreKeptInFlight_WritesThemAll()
    {
        const int rows = 600_000;
        var input = _folder.Write("in.csv", Csv("a", rows));
        using var output = new MemoryStream();
        using var lines = new CsvLines(input, File.OpenRead(input));

        var settings = ScorerSettings.Live with { SpectralLengths = [], MeanGains = [] };
        await new ScorePipeline(() => new SeriesScorer(settings), 2).RunAsync([lines], output, _ => { }, default);

        output.ToArray().Count(b => b == '\n').ShouldBe(rows + 1);
    }

    [Fact]
    public async Task Run_MissingValuesAndGaps_AreEchoedAndScoreZero()
    {
        var input = _folder.Write(
            "in.csv",
            "series_id,timestamp,value\na,1600000000,1.50\na,1600000060,\na,1600000120,NaN\na,1600090000,2\n"
        );

        var lines = await Score([input]);

        lines[1].ShouldBe("a,1600000000,1.50,0,0,0,");
        lines[2].ShouldBe("a,1600000060,,0,0,0,1.5");
        lines[3].ShouldBe("a,1600000120,NaN,0,0,0,1.5");
        lines[4].ShouldStartWith("a,1600090000,2,");
    }

    [Fact]
    public async Task Run_OtherColumnsAndOrderAndQuotes_PicksTheRightOnes()
    {
        var input = _folder.Write(
            "in.csv",
            "label,value,timestamp,series_id\r\n0,5,2020-09-13T12:26:40Z,\"a, b\"\r\n1,6,2020-09-13T12:27:40Z,\"a, b\"\r\n"
        );

        var lines = await Score([input]);

        lines[1].ShouldStartWith("\"a, b\",2020-09-13T12:26:40Z,5,");
        lines[2].ShouldStartWith("\"a, b\",2020-09-13T12:27:40Z,6,");
    }

    [Fact]
    public async Task Run_TimestampForms_MeanTheSame()
    {
        var times = Enumerable.Range(0, 200).Select(i => DateTimeOffset.FromUnixTimeSeconds(1600000000 + (i * 60)));
        string[] forms =
        [
            .. new Func<DateTimeOffset, string>[]
            {
                time => $"{time.ToUnixTimeSeconds()}",
                time => $"{time.ToUnixTimeSeconds()}.0",
                time => $"{time.ToUnixTimeMilliseconds()}",
                time => time.ToString("yyyy-MM-dd'T'HH:mm:ssK"),
            }.Select(form =>
                "series_id,timestamp,value\n" + string.Concat(times.Select((t, i) => $"a,{form(t)},{i % 7}\n"))
            ),
        ];
        var scores = new List<string[]>();
        for (var i = 0; i < forms.Length; i++)
        {
            var lines = await Score([_folder.Write($"{i}.csv", forms[i])]);
            scores.Add([.. lines.Skip(1).Select(line => string.Join(',', line.Split(',')[2..]))]);
        }

        scores.ShouldAllBe(one => one.SequenceEqual(scores[0]));
    }

    [Fact]
    public async Task Run_GzipAndSeveralInputs_ContinueTheSeries()
    {
        var rows = Rows("a", 300).TrimEnd().Split('\n');
        var first = _folder.File("1.csv.gz");
        await using (var gzip = new GZipStream(File.Create(first), CompressionMode.Compress))
            gzip.Write(Encoding.UTF8.GetBytes("series_id,timestamp,value\n" + string.Join('\n', rows[..150])));
        var second = _folder.Write("2.csv", "series_id,timestamp,value\n" + string.Join('\n', rows[150..]));
        var whole = _folder.Write("whole.csv", Csv("a", 300));

        (await Score([first, second])).ShouldBe(await Score([whole]));
    }

    [Fact]
    public async Task Run_StandardInputAndOutput_AreUsedForDash()
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(Csv("a", 5)));
        using var output = new MemoryStream();
        var job = new ScoreJob(input, output, _error, isTerminal: false);

        (await job.RunAsync(["-"], "-", Detectors.Default, 0.5, default)).ShouldBe(0);

        Encoding.UTF8.GetString(output.ToArray()).ShouldStartWith(Header + "\na,1600000000,10,");
    }

    [Theory]
    [InlineData("", "in.csv:1: empty")]
    [InlineData("series,timestamp,value\n", "in.csv:1: the header has no column 'series_id'")]
    [InlineData("series_id,timestamp,value\na,1,1\na,1\n", "in.csv:3: 2 fields")]
    [InlineData("series_id,timestamp,value\na,noon,1\n", "in.csv:2: timestamp 'noon'")]
    [InlineData("series_id,timestamp,value\na,1,one\n", "in.csv:2: value 'one'")]
    [InlineData("series_id,timestamp,value\n,1,1\n", "in.csv:2: series_id is empty")]
    [InlineData("series_id,timestamp,value\na,2,1\nb,1,1\na,1,1\n", "in.csv:4: timestamp '1' is before")]
    [InlineData("series_id,timestamp,value\n\"a,1,1\n", "in.csv:2: a quote is not closed")]
    public async Task Run_BadInput_ExitsWithTwoNamesTheLineAndLeavesNoFile(string text, string message)
    {
        var input = _folder.Write("in.csv", text);
        var output = _folder.File("out.csv");

        (await Job().RunAsync([input], output, Detectors.Default, 0.5, default)).ShouldBe(2);

        _error.ToString().ShouldContain(message);
        Directory.GetFiles(_folder.Root).ShouldBe([input]);
    }

    [Fact]
    public async Task Run_NoSuchFile_ExitsWithTwo()
    {
        (await Job().RunAsync(["nowhere.csv"], null, Detectors.Default, 0.5, default)).ShouldBe(2);

        _error.ToString().ShouldContain("nowhere.csv: no such file");
    }

    [Fact]
    public async Task Run_TruncatedGzip_ExitsWithTwo()
    {
        var whole = new MemoryStream();
        await using (var gzip = new GZipStream(whole, CompressionMode.Compress, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(Csv("a", 5000)));
        var input = _folder.File("cut.csv.gz");
        var bytes = whole.ToArray();
        bytes[bytes.Length / 2] ^= 0xFF;
        bytes[(bytes.Length / 2) + 1] ^= 0xFF;
        await File.WriteAllBytesAsync(input, bytes, TestContext.Current.CancellationToken);

        (await Job().RunAsync([input], _folder.File("out.csv"), Detectors.Default, 0.5, default)).ShouldBe(2);

        _error.ToString().ShouldContain("cut.csv.gz:");
    }

    [Fact]
    public async Task Run_OutputThatCannotBeWritten_ExitsWithTwo()
    {
        var input = _folder.Write("in.csv", Csv("a", 5));

        (await Job().RunAsync([input], _folder.File("no/such/out.csv"), Detectors.Default, 0.5, default)).ShouldBe(2);
    }

    [Fact]
    public async Task Run_Interrupted_ExitsWith130()
    {
        var input = _folder.Write("in.csv", Csv("a", 5));
        var job = Job();

        (
            await job.RunAsync([input], _folder.File("out.csv"), Detectors.Default, 0.5, new CancellationToken(true))
        ).ShouldBe(130);

        File.Exists(_folder.File("out.csv")).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_Threshold_DecidesWhatIsAnAnomaly()
    {
        var input = _folder.Write("in.csv", Csv("a", 300));

        var lines = await Score([input], threshold: 1e-6);

        lines.Skip(100).ShouldAllBe(line => line.Split(',')[4] == "1");
    }

    [Fact]
    public async Task Run_NoTerminal_TellsProgressInTenths()
    {
        var input = _folder.Write("in.csv", Csv("a", 100_000));

        await Score([input], Light);

        _error.ToString().ShouldContain("scored 50 %");
        _error.ToString().ShouldEndWith($"scored 100 %{Environment.NewLine}");
    }

    [Theory]
    [InlineData("nezha_dev.csv.gz")]
    [InlineData("nab_dev.csv.gz")]
    public async Task Run_RealData_EchoesEveryRow(string name)
    {
        var input = LabelledData.File(name);
        var output = _folder.File("out.csv");

        (await Job().RunAsync([input], output, Light, 0.5, default)).ShouldBe(0);

        await using var file = new GZipStream(File.OpenRead(input), CompressionMode.Decompress);
        using var expected = new StreamReader(file);
        using var actual = new StreamReader(output);
        (actual.ReadLine(), expected.ReadLine()).Item1.ShouldBe(Header);
        while (expected.ReadLine() is { } row)
        {
            var echoed = row[..(row.LastIndexOf(',') + 1)];
            if (actual.ReadLine()?.StartsWith(echoed, StringComparison.Ordinal) != true)
                Assert.Fail($"no row for {row}");
        }
        actual.ReadLine().ShouldBeNull();
    }

    private ScoreJob Job() => new(Stream.Null, Stream.Null, _error, isTerminal: false);

    private async Task<string[]> Score(string[] inputs, string detector = Detectors.Default, double threshold = 0.5)
    {
        var output = _folder.File("out.csv");
        (await Job().RunAsync(inputs, output, detector, threshold, default)).ShouldBe(0, _error.ToString());
        return await File.ReadAllLinesAsync(output);
    }

    private static string Csv(string series, int rows) => "series_id,timestamp,value\n" + Rows(series, rows);

    private static string Rows(string series, int rows)
    {
        var random = new Random(series[0]);
        var text = new StringBuilder();
        for (var i = 0; i < rows; i++)
            text.Append($"{series},{1600000000 + (60L * i)},{(i == 0 ? 10 : 10 + random.NextDouble())}\n");
        return text.ToString();
    }
}
