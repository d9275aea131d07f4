using CanaryStreams.Cli.Explain;
using CanaryStreams.Core.Explanations;

namespace CanaryStreams.Engine.Tests.Explain;

public class TrailChartTests
{
    [Fact]
    public void Of_CanaryAndStable_InOneScaleWithOnsetAndEvidence() =>
        string.Join('\n', TrailChart.Of(Story.Errors, Story.Policy))
            .ShouldBe(
                """
                error_rate in eu-1: ● canary, ○ stable; a column is 1 min
                     3 % │  ● ●
                         │
                         │
                         │   ●
                         │
                         │
                   0.2 % │○●○○
                         └──▲──
                          10:05 10:10
                evidence   ▁▄▇█  █ is enough
                """
            );

    [Fact]
    public void Of_ALongTrail_NamesTheOnsetUnderItsMark()
    {
        var steady = Enumerable.Repeat(0.002, 60).ToArray();
        var trail = new EvidenceTrail(Story.Start, 30, steady, steady, steady);
        var evidence = Story.Errors with
        {
            Explanation = Story.Errors.Explanation! with { Trail = trail },
            Onset = Story.Start.AddMinutes(15),
        };

        var lines = TrailChart.Of(evidence, Story.Policy).ToList();

        lines[0].ShouldEndWith("a column is 30 s");
        var mark = lines.Single(line => line.Contains('▲'));
        var times = lines[lines.IndexOf(mark) + 1];
        times[(mark.IndexOf('▲') - 2)..(mark.IndexOf('▲') + 3)].ShouldBe("10:15");
        times.Trim().ShouldStartWith("10:00 ");
        times.ShouldEndWith(" 10:30");
        lines.Count(line => line.Contains("0.2 %")).ShouldBe(1);
    }

    [Theory]
    [InlineData(-10)]
    [InlineData(60)]
    public void Of_AnOnsetOutsideOfTheTrail_HasNoMark(int minute) =>
        TrailChart
            .Of(Story.Errors with { Onset = Story.Start.AddMinutes(minute) }, Story.Policy)
            .ShouldAllBe(line => !line.Contains('▲'));

    [Fact]
    public void Of_NothingToDraw_IsNothing()
    {
        double[] silent = [double.NaN];
        var trail = new EvidenceTrail(Story.Start, 60, silent, silent, silent);

        TrailChart.Of(Story.Errors with { Explanation = null }, Story.Policy).ShouldBeEmpty();
        TrailChart
            .Of(Story.Errors with { Explanation = Story.Errors.Explanation! with { Trail = trail } }, Story.Policy)
            .ShouldBeEmpty();
    }
}
