using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Anomaly.Network;
using static CanaryStreams.Core.Tests.Anomaly.Detection.TestSeries;

namespace CanaryStreams.Core.Tests.Anomaly.Detection;

public class AlertRuleTests
{
    private const double Calm = -4;
    private const double Threshold = 0.5;

    private static readonly FusionSettings s_fusion = new()
    {
        LevelOnsetShare = 0.5,
        LevelSurpriseWeight = 0.5,
        OnsetOnsetShare = 0.5,
        OnsetSurpriseWeight = 0.5,
        SurpriseCentre = 2,
        ScoreScale = 1,
        ScoreOffset = 0,
        FatigueShare = 0.5,
        FatigueHours = 24,
        OnsetMargin = 0.7,
    };

    private readonly AlertRule _rule = new(s_fusion);
    private long _timeMs;

    [Fact]
    public void Observe_Rise_HasOneOnsetAndSilenceWhileItLasts()
    {
        Feed(Calm, 100);

        var first = Feed(3);
        var later = Enumerable.Range(0, 300).Select(_ => Feed(3)).ToList();

        first.Onset.ShouldBe(first.Score);
        first.Score.ShouldBeGreaterThan(Threshold);
        later.ShouldAllBe(point => point.Onset == 0 && point.Score > Threshold);
    }

    [Fact]
    public void Observe_SlightlyMore_IsNotNewAndMuchMoreIs()
    {
        Feed(Calm, 100);
        Feed(3).Onset.ShouldBeGreaterThan(0);

        Feed(3 + (0.9 * s_fusion.OnsetMargin)).Onset.ShouldBe(0);
        Feed(3 + (2 * s_fusion.OnsetMargin)).Onset.ShouldBeGreaterThan(Threshold);
    }

    [Fact]
    public void Observe_SomethingNewAfterCalm_SpeaksAgain()
    {
        Feed(Calm, 100);
        Feed(3);
        Feed(Calm, 100);

        var again = Feed(3);

        again.Onset.ShouldBe(again.Score);
        again.Onset.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Observe_SmallerTroubleAfterGreater_CountsLess()
    {
        Feed(Calm, 100);
        var unknown = new AlertRule(s_fusion);
        for (var i = 0; i < 100; i++)
            unknown.Observe(i * MinuteMs, Calm, Calm, Threshold);
        Feed(6);
        Feed(Calm, 100);

        Feed(2).Onset.ShouldBeLessThan(unknown.Observe(100 * MinuteMs, 2, 2, Threshold).Onset);
    }

    [Fact]
    public void Observe_SameTroubleLater_CountsMoreAsTimeFadesTheFirst()
    {
        var onsets = new List<double>();
        foreach (var days in new[] { 0, 1, 3, 30 })
        {
            var rule = new AlertRule(s_fusion);
            for (var i = 0; i < 50; i++)
                rule.Observe(i * MinuteMs, Calm, i == 0 ? 6 : Calm, Threshold);
            onsets.Add(rule.Observe((days * DayMs) + (50 * MinuteMs), 2, 2, Threshold).Onset);
        }

        onsets.ShouldBe(onsets.Order());
        onsets.Distinct().Count().ShouldBe(4);
        onsets[^1].ShouldBe(s_fusion.Score(2), 1e-6);
    }

    [Fact]
    public void Observe_WithinAnEpisode_DoesNotCountAgainstItself()
    {
        Feed(Calm, 100);
        Feed(1).Onset.ShouldBe(s_fusion.Score(1));
        Feed(Calm, 5);

        Feed(3).Onset.ShouldBe(s_fusion.Score(3));
    }

    [Fact]
    public void IsOpen_FollowsAnOnsetAboveTheThresholdUntilCalm()
    {
        Feed(Calm, 100);
        _rule.IsOpen.ShouldBeFalse();

        Feed(-0.5);
        _rule.IsOpen.ShouldBeFalse();
        Feed(3);
        _rule.IsOpen.ShouldBeTrue();
        Feed(3, 20);
        _rule.IsOpen.ShouldBeTrue();
        Feed(Calm, 4);
        _rule.IsOpen.ShouldBeTrue();
        Feed(Calm);
        _rule.IsOpen.ShouldBeFalse();
    }

    [Fact]
    public void IsOpen_ShortCalmBetween_StaysOpen()
    {
        Feed(Calm, 100);
        Feed(3);
        for (var i = 0; i < 10; i++)
        {
            Feed(Calm, 4);
            Feed(3);
        }

        _rule.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public void Observe_NothingNew_ScoresByTheLevelAndSomethingNewByTheOnset()
    {
        Feed(Calm, 100);

        var first = _rule.Observe(_timeMs, 1, 3, Threshold);
        var second = _rule.Observe(_timeMs + MinuteMs, 1, 3, Threshold);

        first.ShouldBe((s_fusion.Score(3), s_fusion.Score(3)));
        second.ShouldBe((s_fusion.Score(1), 0));
    }

    [Fact]
    public void Clone_GoesItsOwnWay()
    {
        Feed(Calm, 100);
        var clone = _rule.Clone();

        Feed(3);

        _rule.IsOpen.ShouldBeTrue();
        clone.IsOpen.ShouldBeFalse();
        clone.Observe(_timeMs, 3, 3, Threshold).Onset.ShouldBeGreaterThan(Threshold);
    }

    private (double Score, double Onset) Feed(double evidence)
    {
        var point = _rule.Observe(_timeMs, evidence, evidence, Threshold);
        _timeMs += MinuteMs;
        return point;
    }

    private void Feed(double evidence, int points)
    {
        for (var i = 0; i < points; i++)
            Feed(evidence);
    }
}
