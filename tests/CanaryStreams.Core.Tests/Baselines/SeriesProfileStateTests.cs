using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Tests.Baselines;

public class SeriesProfileStateTests
{
    private const long MinuteMs = 60_000;

    [Theory]
    [InlineData(1, 400)]
    [InlineData(63, 400)]
    [InlineData(3000, 3072)]
    [InlineData(60 * 1440, 6144)]
    public void StateBytes_AfterSoManyMinutes_AreWhatACloneTakes(int buckets, int bytesMax)
    {
        var profile = Fed(buckets);
        profile.Clone();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var clone = profile.Clone();

        profile.StateBytes.ShouldBe((int)(GC.GetAllocatedBytesForCurrentThread() - before));
        profile.StateBytes.ShouldBeLessThanOrEqualTo(bytesMax);
        GC.KeepAlive(clone);
    }

    [Fact]
    public void ExpectAndUpdate_GrownProfile_AllocateNothing()
    {
        var profile = Fed(9 * 1440);
        var random = new Random(2);

        // On a busy machine code may be compiled anew in the middle of a day, which allocates what no other day does.
        Enumerable.Range(9, 5).Min(Allocated).ShouldBe(0);

        long Allocated(int day)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Feed(profile, random, day * 1440, 1440);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static SeriesProfile Fed(int buckets)
    {
        var profile = new SeriesProfile(ProfileSettings.Default);
        Feed(profile, new Random(1), 0, buckets);
        return profile;
    }

    /// <summary>A day's cycle, a 90-minute one and noise: whatever can grow does.</summary>
    private static void Feed(SeriesProfile profile, Random random, int first, int buckets)
    {
        for (var i = first; i < first + buckets; i++)
        {
            var noise = random.NextDouble() + random.NextDouble() + random.NextDouble();
            var value = (20 * Math.Sin(2 * Math.PI * i / 1440)) + (i % 90 / 10.0) + noise;
            profile.Expect(i * MinuteMs);
            profile.Update(i * MinuteMs, value, 1, suspicious: false);
        }
    }
}
