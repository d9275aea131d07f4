using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Tests.Evidence;

namespace CanaryStreams.Core.Tests.Learning;

public class NoiseKnowledgeTests
{
    private const double Load = 0.2;

    private readonly SeededRandom _random = new(23);

    private NoiseKnowledge Learn(double deviation, double autocorrelation, int rollouts = 100) =>
        NoiseKnowledge.Learn([
            .. Enumerable
                .Range(0, rollouts)
                .Select(_ => Experiences.Level(_random, Arms.Latency, Load, deviation, autocorrelation))
                .Select(seen => NoiseFit.Of(seen, true, EvidenceSettings.Default).ShouldNotBeNull()),
        ]);

    private static NoiseNode Middle(NoiseKnowledge knowledge) =>
        knowledge.Nodes(new LevelNoise(Load, BlipProfile.Learn([], EvidenceSettings.Default), false)).First(IsUsual);

    /// <summary>The node of the learnt middle is the heaviest of those that aren't strange.</summary>
    private static bool IsUsual(NoiseNode node) => node is { IsStrange: false, Weight: > 0.065 and < 0.075 };

    [Theory]
    [InlineData(0.01, 0.7)]
    [InlineData(0.03, 0.8)]
    [InlineData(0.08, 0.5)]
    public void Learn_DifferencesMuchQuieterThanTheLoad_FindsTheirDeviationAndAutocorrelation(
        double deviation,
        double autocorrelation
    )
    {
        var middle = Middle(Learn(deviation, autocorrelation));

        middle.Deviation.ShouldBeInRange(deviation / 1.4, deviation * 1.4);
        (1 - middle.Autocorrelation).ShouldBeInRange((1 - autocorrelation) / 1.5, (1 - autocorrelation) * 1.5);
    }

    [Fact]
    public void Learn_SlowerNoise_HasMoreWeightOnSlowAutocorrelations()
    {
        var (fast, slow) = (Learn(0.03, 0.5), Learn(0.03, 0.9));

        double Slow(NoiseKnowledge knowledge) => knowledge.Autocorrelation[^2..].Sum();
        Slow(slow).ShouldBeGreaterThan(0.5);
        Slow(fast).ShouldBeLessThan(0.1);
        fast.Autocorrelation.Sum().ShouldBe(1, 1e-9);
        Middle(slow).Autocorrelation.ShouldBeGreaterThan(Middle(fast).Autocorrelation + 0.2);
    }

    [Fact]
    public void Learn_Nothing_IsThePrior()
    {
        var learnt = NoiseKnowledge.Learn([]);

        learnt.Intercept.ShouldBe(NoiseKnowledge.Prior.Intercept, 1e-9);
        learnt.Autocorrelation.ShouldBe(NoiseKnowledge.Prior.Autocorrelation, 1e-9);
    }

    [Fact]
    public void Nodes_OfWhatWasLearnt_WeighOneAndKeepStrangerNoiseInView()
    {
        var nodes = Learn(0.03, 0.7, 15)
            .Nodes(new LevelNoise(Load, BlipProfile.Learn([], EvidenceSettings.Default), false));

        nodes.Sum(n => n.Weight).ShouldBe(1, 1e-9);
        nodes.Where(n => n.IsStrange).Min(n => n.Autocorrelation).ShouldBeGreaterThan(0.8);
        nodes.Where(n => n.IsStrange).Sum(n => n.Weight).ShouldBe(0.25, 1e-9);
    }

    [Fact]
    public void Of_TooFewBuckets_Null()
    {
        var seen = Experiences.Level(_random, Arms.Latency, Load, 0.03, 0.7);

        NoiseFit.Of(seen with { Buckets = [.. seen.Buckets.Take(14)] }, true, EvidenceSettings.Default).ShouldBeNull();
        NoiseFit.Of(seen with { StableHistory = [] }, true, EvidenceSettings.Default).ShouldBeNull();
    }
}
