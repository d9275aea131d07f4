using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Evidence;

/// <summary>What holds for every kind of evidence.</summary>
public class EvidenceLawsTests
{
    private static readonly MetricPolicy[] s_policies =
    [
        Arms.Errors,
        Arms.Conversion with
        {
            Worse = Worse.Both,
        },
        Arms.Latency,
        Arms.Cpu with
        {
            Worse = Worse.Down,
            MinEffect = new MinEffect(3, false),
        },
    ];

    [Fact]
    public void Observe_WhateverComes_OnlyTheBucketsOwnEffectMayBeNaN()
    {
        var arms =
            from empty in Gen.Choose(0, 9)
            from count in Gen.Elements(0.0, 1, 7, 600, 1e7)
            from mean in Gen.Elements(0.0, 1e-9, 0.001, 0.4, 1, -3, 80, 1e12)
            from readings in Gen.Choose(1, 3)
            from variance in Gen.Elements(double.NaN, 0, 1, 1e20)
            select empty == 0 ? Arm.Empty : new Arm(count, mean, readings, variance);
        var cases =
            from policy in Gen.Elements(s_policies)
            from bucketMs in Gen.Elements(10_000L, 60_000L, 300_000L)
            from history in Gen.ListOf(arms, 30)
            from known in Gen.Choose(0, 30)
            from stable in Gen.ListOf(arms, 20)
            from canary in Gen.ListOf(arms, 20)
            select (policy, bucketMs, history.Take(known).ToArray(), stable, canary);
        Prop.ForAll(
                cases.ToArbitrary(),
                c =>
                {
                    var settings = new EvidenceSettings { BucketMs = c.bucketMs };
                    var evidence = MetricEvidenceFactory.Create(c.policy, c.Item3, Arms.Share, settings);
                    var gap = 0;
                    return c
                        .stable.Zip(c.canary)
                        .Select(
                            (x, i) =>
                                new ArmsBucket((i + (i == 9 ? ++gap * 40 : gap * 40)) * c.bucketMs, x.First, x.Second)
                        )
                        .Select(b => evidence.Observe(b))
                        .All(r =>
                            double.IsFinite(r.LogE)
                            && double.IsFinite(r.Effect)
                            && double.IsFinite(r.EffectLower)
                            && double.IsFinite(r.EffectUpper)
                            && r.LogE < 800
                        );
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Observe_OnceKnown_DoesNotAllocate(int policy)
    {
        var random = new SeededRandom(3);
        var history = policy < 2 ? Arms.RatioHistory(random, 0.01, 600) : Arms.LevelHistory(random, 100);
        var evidence = Arms.Create(s_policies[policy], history);
        var buckets = Enumerable
            .Range(0, 200)
            .Select(m => Arms.Bucket(m, history[m % 60], history[(m * 7 + 3) % 60]))
            .ToArray();
        for (var m = 0; m < 100; m++)
            evidence.Observe(buckets[m]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var m = 100; m < 200; m++)
            evidence.Observe(buckets[m]);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Observe_HealthyRollouts_EValuesAverageToAboutOneAndSeldomCross()
    {
        const int Rollouts = 150;
        const double Share = 0.05;
        var (crossed, sum, series) = (0, 0.0, 0);
        var families = new[] { RolloutFamily.HealthyBusy, RolloutFamily.HealthyModest, RolloutFamily.HealthyQuiet };
        foreach (var rollout in RolloutSimulator.Rollouts(2024, Rollouts, families))
        {
            var buckets = SimulatedBuckets.Play(rollout);
            for (var metric = 0; metric < rollout.Metrics.Count; metric++)
            {
                var evidence = Arms.Create(rollout.Metrics[metric].Policy, buckets.StableHistory(metric), Share);
                var (last, most) = (0.0, 0.0);
                for (var minute = 0; minute < SimulatedRollout.CanaryMinutes; minute++)
                {
                    last = evidence.Observe(buckets.Bucket(metric, minute)).LogE;
                    most = Math.Max(most, last);
                }
                crossed += most >= -Math.Log(Share) ? 1 : 0;
                // One run of luck may not stand for all: what counts is the e-value up to its threshold.
                sum += Math.Min(Math.Exp(last), 1 / Share);
                series++;
            }
        }
        (sum / series).ShouldBeLessThan(1.1);
        ((double)crossed / series).ShouldBeLessThan(Share);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(300_000)]
    public void Observe_OtherBucketLengths_FindTheSameFaultAtAboutTheSameTime(long bucketMs)
    {
        var random = new SeededRandom(8);
        var settings = new EvidenceSettings { BucketMs = bucketMs };
        var trials = (int)(600 * settings.BucketMinutes);
        var history = Arms.RatioHistory(random, 0.001, trials, (int)(60 / settings.BucketMinutes));
        var evidence = MetricEvidenceFactory.Create(Arms.Errors, history, Arms.Share, settings);
        double? found = null;
        for (var bucket = 0; bucket * settings.BucketMinutes < 60 && found is null; bucket++)
        {
            var rate = bucket * settings.BucketMinutes < 20 ? 0.001 : 0.01;
            var reading = evidence.Observe(
                new ArmsBucket(
                    (bucket + 1) * bucketMs,
                    Arms.Ratio(random.Binomial(trials, 0.001), trials),
                    Arms.Ratio(random.Binomial(trials, rate), trials)
                )
            );
            found = reading.IsAnomaly ? (bucket + 1) * settings.BucketMinutes : null;
        }
        found.ShouldNotBeNull().ShouldBeInRange(20, 35);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Create_WithoutAShare_Throws(double share) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Arms.Create(Arms.Errors, [], share));
}
