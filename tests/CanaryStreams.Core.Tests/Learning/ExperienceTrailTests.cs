using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Tests.Evidence;

namespace CanaryStreams.Core.Tests.Learning;

public class ExperienceTrailTests
{
    private static readonly Arm s_arm = Arms.Ratio(1, 600);

    [Fact]
    public void Take_ALongLife_KeepsTheLastHourBeforeAndTheFirstOfTheCanary()
    {
        var trail = new ExperienceTrail(
            Arms.Errors,
            [.. Enumerable.Range(0, 200).Select(i => s_arm with { Mean = i / 1000.0 })]
        );
        for (var minute = 0; minute < 90; minute++)
            trail.Observe(Arms.Bucket(minute, s_arm, s_arm));

        var seen = trail.Take().ShouldNotBeNull();

        seen.Policy.ShouldBe(Arms.Errors);
        seen.StableHistory.Select(a => a.Mean).ShouldBe(Enumerable.Range(140, 60).Select(i => i / 1000.0));
        seen.Buckets.Select(b => b.EndMs).ShouldBe(Enumerable.Range(1, 60).Select(i => i * 60_000L));
    }

    [Fact]
    public void Take_ArmsThatHardlySpokeTogether_Null()
    {
        var trail = new ExperienceTrail(Arms.Errors, [s_arm]);
        trail.Take().ShouldBeNull();
        trail.Observe(Arms.Bucket(0, s_arm, Arm.Empty));
        trail.Observe(Arms.Bucket(1, Arm.Empty, s_arm));
        for (var minute = 2; minute < 1 + ExperienceTrail.Least; minute++)
            trail.Observe(Arms.Bucket(minute, s_arm, s_arm));
        trail.Take().ShouldBeNull();

        trail.Observe(Arms.Bucket(1 + ExperienceTrail.Least, s_arm, s_arm));

        trail.Take().ShouldNotBeNull().Buckets.Count.ShouldBe(2 + ExperienceTrail.Least);
    }

    [Fact]
    public void Take_ThenMoreIsSeen_WhatWasTakenStays()
    {
        var trail = new ExperienceTrail(Arms.Errors, []);
        for (var minute = 0; minute < ExperienceTrail.Least; minute++)
            trail.Observe(Arms.Bucket(minute, s_arm, s_arm));
        var taken = trail.Take().ShouldNotBeNull();

        trail.Observe(Arms.Bucket(ExperienceTrail.Least, s_arm, s_arm));

        taken.Buckets.Count.ShouldBe(ExperienceTrail.Least);
    }
}
