using CanaryStreams.Cli.Plot;

namespace CanaryStreams.Engine.Tests.Plot;

public class AlertTests
{
    [Fact]
    public void Of_ClimbingScore_IsOneAlertWithItsHighestScore()
    {
        var points = PlotSeries.Calm(200);
        foreach (var (index, score) in new[] { (50, 0.6f), (51, 0.7f), (60, 0.9f), (120, 0.55f) })
            points[index] = points[index] with { Score = score, IsAnomaly = true, IsOnset = true };

        var alerts = Alert.Of(points, onsetLookBack: 30);

        alerts.Select(alert => alert.Index).ShouldBe([50, 120]);
        alerts.Select(alert => (float)alert.Score).ShouldBe([0.9f, 0.55f]);
    }
}
