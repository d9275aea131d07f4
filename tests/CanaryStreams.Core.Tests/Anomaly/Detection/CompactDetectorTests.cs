using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Tests.Anomaly.Detection;

public class CompactDetectorTests
{
    private const double Threshold = 0.5;

    private static readonly Expectation s_band = new(100, 90, 120, ProfileQuality.Ok);

    private readonly CompactDetector _detector = new();
    private long _timeMs;

    [Fact]
    public void Observe_ValueAsExpected_ScoresZero()
    {
        WarmUp();
        Feed(100).ShouldBe((0, 0));
    }

    [Fact]
    public void Observe_FirstPoints_CountByTheirNumber()
    {
        var scores = Enumerable.Range(0, 30).Select(_ => Feed(1e6).Score).ToList();

        scores[0].ShouldBe(0);
        scores[..10].ShouldAllBe(score => score < 0.5);
        scores.ShouldBe(scores.Order());
        scores[^1].ShouldBeGreaterThan(0.95);
    }

    [Fact]
    public void Observe_NothingExpected_ScoresZero()
    {
        var unknown = new Expectation(double.NaN, double.NaN, double.NaN, ProfileQuality.Young);

        _detector.Observe(0, 1e9, unknown, Threshold).ShouldBe((0, 0));
    }

    [Fact]
    public void Observe_ThreeHalfWidthsOff_ScoresOneHalfOnEitherSide()
    {
        WarmUp();
        Feed(160).Score.ShouldBe(0.5, 1e-9);
        Feed(70).Score.ShouldBe(0.5, 1e-9);
        Feed(161).Score.ShouldBeGreaterThan(0.5);
    }

    [Fact]
    public void Observe_BandWithoutWidth_IsFiniteAndBelowOne()
    {
        WarmUp();
        var line = new Expectation(100, 100, 100, ProfileQuality.Ok);

        _detector.Observe(0, 100, line, Threshold).Score.ShouldBe(0);
        _detector.Observe(1, double.MaxValue, line, Threshold).Score.ShouldBeInRange(0.9, 0.9999);
    }

    [Fact]
    public void Observe_Rise_HasOneOnsetAndAnotherAfterCalm()
    {
        WarmUp();
        var first = Feed(300);
        first.Onset.ShouldBe(first.Score);
        for (var i = 0; i < 50; i++)
            Feed(300).Onset.ShouldBe(0);
        for (var i = 0; i < 50; i++)
            Feed(100);

        var again = Feed(300);

        again.Onset.ShouldBe(again.Score);
    }

    [Fact]
    public void IsOpen_OpensAboveTheThresholdAndClosesWellBelow()
    {
        WarmUp();
        Feed(150);
        _detector.IsOpen.ShouldBeFalse();
        Feed(300);
        _detector.IsOpen.ShouldBeTrue();
        // Between half the threshold and the threshold it stays as it is.
        Feed(140);
        _detector.IsOpen.ShouldBeTrue();
        Feed(105);
        _detector.IsOpen.ShouldBeFalse();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(32)]
    [InlineData(75)]
    public void Replay_GivesTheLastPointsOldestFirst(int points)
    {
        var (replayed, direct) = (new FullDetector(DetectorModels.Default), new FullDetector(DetectorModels.Default));
        var values = TestSeries.Noise(points, seed: 1);
        foreach (var value in values)
            Feed(value);
        for (var i = Math.Max(0, points - CompactDetector.Remembered); i < points; i++)
            direct.Observe(i * TestSeries.MinuteMs, values[i], Threshold);

        _detector.Replay(replayed, Threshold);

        _detector.Points.ShouldBe(points);
        replayed.Observe(_timeMs, 150, Threshold).ShouldBe(direct.Observe(_timeMs, 150, Threshold));
    }

    [Fact]
    public void Clone_GoesItsOwnWay()
    {
        WarmUp();
        var clone = _detector.Clone();

        Feed(300);

        (clone.Points, clone.IsOpen).ShouldBe((20, false));
        (_detector.Points, _detector.IsOpen).ShouldBe((21, true));
    }

    private void WarmUp()
    {
        for (var i = 0; i < 20; i++)
            Feed(100);
    }

    private (double Score, double Onset) Feed(double value)
    {
        var point = _detector.Observe(_timeMs, value, s_band, Threshold);
        _timeMs += TestSeries.MinuteMs;
        return point;
    }
}
