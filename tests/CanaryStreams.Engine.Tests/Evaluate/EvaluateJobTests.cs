using System.Text;
using CanaryStreams.Cli.Evaluate;
using CanaryStreams.Cli.Score;
using CanaryStreams.Engine.Tests.CommandLine;
using CanaryStreams.Engine.Tests.Score;

namespace CanaryStreams.Engine.Tests.Evaluate;

public sealed class EvaluateJobTests : ConsoleTest
{
    [Fact]
    public void Run_PerfectScores_AllFound()
    {
        var labels = new StringBuilder("series_id,timestamp,value,label\n");
        var scores = new StringBuilder("series_id,timestamp,value,score,is_anomaly,onset,expected\n");
        foreach (var series in new[] { "a", "b" })
        {
            for (var i = 0; i < 100; i++)
            {
                var isLabelled = i is >= 40 and < 45;
                labels.Append($"{series},{i * 60},1,{(isLabelled ? 1 : 0)}\n");
                // One point has no score, which counts as 0.
                if (i != 7)
                    scores.Append($"{series},{i * 60},1,{(isLabelled ? 0.8 : 0.1)},0,{(i == 40 ? 0.8 : 0)},1\n");
            }
        }
        var labelFile = Folder.Write("labels.csv", labels.ToString());

        Run(labelFile, Folder.Write("s.csv", scores.ToString())).ShouldBe(0);

        var lines = Output.ToString().Split(Environment.NewLine);
        lines[0].ShouldBe("series 2, points 200, delay 3");
        lines.ShouldContain("event-3,onset,even series,0.800,odd series,1.000,1.000,1.000,1,0,0");
        lines.ShouldContain("PA-3,score,given,0.500,all,1.000,1.000,1.000,10,0,0");
        lines.ShouldContain("NAB-standard,onset,even series,0.800,odd series,100.000,,,,,");
        lines.ShouldContain("NAB-low-FN,score,all,0.800,all,100.000,,,,,");
        lines.ShouldContain("AP,score,,,all,1.000,,,,,");
        // Buffers widen the labels: perfect scores miss the points beside the event.
        var vus = lines.Single(line => line.StartsWith("VUS-PR,score,,,all,", StringComparison.Ordinal));
        double.Parse(vus.Split(',')[5]).ShouldBeInRange(0.8, 0.999);
        lines.Skip(1).Where(line => line.Length > 0).ShouldAllBe(line => line.Count(c => c == ',') == 10);
    }

    [Fact]
    public void Run_SeriesWithoutScores_ExitsWithTwo()
    {
        var labels = Folder.Write("labels.csv", "series_id,timestamp,label\na,1,0\n");
        var scores = Folder.Write("scores.csv", "series_id,timestamp,score,onset\nb,1,0,0\n");

        Run(labels, scores).ShouldBe(2);

        Error.ToString().ShouldContain("no scores for a");
    }

    [Fact]
    public void Run_ThresholdsOfOtherSeries_AreReportedToo()
    {
        var labels = Folder.Write("labels.csv", "series_id,timestamp,label\na,1,0\na,2,1\n");
        var scores = Folder.Write("scores.csv", "series_id,timestamp,score,onset\na,1,0.5,0.5\na,2,0.9,0.9\n");
        var otherScores = Folder.Write("other.csv", "series_id,timestamp,score,onset\na,1,0.1,0.1\na,2,0.4,0.4\n");
        var request = new EvaluateRequest(labels, scores, 3, 0.7) { ChooseOn = (labels, otherScores) };

        new EvaluateJob(Output, Error).Run(request).ShouldBe(0);

        var lines = Output.ToString().Split(Environment.NewLine);
        lines.ShouldContain("event-3,score,other file,0.400,all,1.000,1.000,1.000,1,0,0");
        lines.ShouldContain("PA-3,score,other file,0.400,all,0.667,0.500,1.000,1,0,1");
    }

    [Fact]
    public void Run_NoLabelAtAll_LeavesEmptyWhatIsNotDefined()
    {
        var labels = Folder.Write("labels.csv", "series_id,timestamp,label\na,1,0\na,2,0\n");
        var scores = Folder.Write("scores.csv", "series_id,timestamp,score,onset\na,1,0,0\n");

        Run(labels, scores).ShouldBe(0);

        var lines = Output.ToString().Split(Environment.NewLine);
        lines.ShouldContain("AP,score,,,all,,,,,,");
        lines.ShouldContain("NAB-standard,score,given,0.500,all,,,,,,");
    }

    [Theory]
    [InlineData("", "labels.csv: holds no series")]
    [InlineData("a,1,2\n", "labels.csv:2: label is neither 0 nor 1")]
    [InlineData("a,2,0\nb,1,0\na,1,0\n", "labels.csv:4: the timestamp is before the last one of series 'a'")]
    public void Run_UnusableLabels_ExitsWithTwoAndSaysWhy(string rows, string message)
    {
        var labels = Folder.Write("labels.csv", "series_id,timestamp,label\n" + rows);
        var scores = Folder.Write("scores.csv", "series_id,timestamp,score,onset\na,1,0,0\n");

        Run(labels, scores).ShouldBe(2);

        Error.ToString().ShouldContain(message);
        Error.ToString().Trim().ShouldNotContain('\n');
        Output.ToString().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a,x,0,0", "timestamp")]
    [InlineData("a,1,x,0", "score is not a number")]
    public void Run_UnreadableScores_ExitsWithTwo(string row, string message)
    {
        var labels = Folder.Write("labels.csv", "series_id,timestamp,label\na,1,0\n");
        var scores = Folder.Write("scores.csv", $"series_id,timestamp,score,onset\n{row}\n");

        Run(labels, scores).ShouldBe(2);

        Error.ToString().ShouldContain(message);
    }

    /// <summary>With the detector that judges changes: three million points take a while in a debug build.</summary>
    [Fact]
    public async Task Run_KpiSeries_EveryRowIsScoredAndHeldOutEventF1IsHigh()
    {
        var data = LabelledData.File("kpi_train.csv.gz");
        var scores = Folder.File("scores.csv");
        await new ScoreJob(Stream.Null, Stream.Null, Error, false).RunAsync(
            [data],
            scores,
            "light",
            0.5,
            TestContext.Current.CancellationToken
        );

        Run(data, scores, delay: 7).ShouldBe(0);

        var lines = Output.ToString().Split(Environment.NewLine);
        lines[0].ShouldBe("series 29, points 3073567, delay 7");
        File.ReadLines(scores).Count().ShouldBe(3_073_568);
        var given = lines.First(line =>
            line.StartsWith("event-7,onset,given,0.500,odd series", StringComparison.Ordinal)
        );
        double.Parse(given.Split(',')[5]).ShouldBeGreaterThan(0.58);
    }

    private int Run(string labels, string scores, int delay = 3) =>
        new EvaluateJob(Output, Error).Run(new EvaluateRequest(labels, scores, delay, 0.5));
}
