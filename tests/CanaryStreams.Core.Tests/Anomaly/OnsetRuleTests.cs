using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Core.Tests.Anomaly;

public class OnsetRuleTests
{
    [Fact]
    public void Observe_ScoreAboveTheLastOnes_IsAnOnset()
    {
        var rule = new OnsetRule(2);

        double[] onsets = [.. new[] { 0.5, 0.4, 0.5, 0.45, 0.3, 0.46 }.Select(score => rule.Observe(score))];

        onsets.ShouldBe([0.5, 0, 0, 0, 0, 0.46]);
    }

    [Fact]
    public void Clone_Observed_LeavesTheOriginal()
    {
        var rule = new OnsetRule(3);
        rule.Clone().Observe(0.9);

        rule.Observe(0.5).ShouldBe(0.5);
    }
}
