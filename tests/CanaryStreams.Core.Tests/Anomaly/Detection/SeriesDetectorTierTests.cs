using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Tests.Anomaly.Detection;

public class SeriesDetectorTierTests
{
    private const long MinuteMs = 60_000;

    private static readonly DetectorSettings s_compact = new(DetectorModels.Default)
    {
        GrowAfterPoints = int.MaxValue,
        Profile = ProfileSettings.Compact,
    };

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(3000)]
    public void Clone_CompactDetector_TakesAKibibyteAtMost(int points)
    {
        var detector = Fed(points);
        detector.Clone();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var clone = detector.Clone();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThanOrEqualTo(1024);
        clone.Tier.ShouldBe(DetectorTier.Compact);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(3000)]
    public void Clone_GrownDetector_Takes48KibibytesAtMost(int points)
    {
        var detector = Fed(0);
        detector.Grow();
        Feed(detector, 0, points);
        detector.Clone();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var clone = detector.Clone();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThanOrEqualTo(48 * 1024);
        clone.Tier.ShouldBe(DetectorTier.Full);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Grow_AlertIsOpenOrNot_StaysSo(bool isOpen)
    {
        var detector = Fed(3000);
        if (isOpen)
            detector.Score(3000 * MinuteMs, 1e6).IsAnomaly.ShouldBeTrue();

        detector.Grow();

        detector.Score(3001 * MinuteMs, double.NaN).IsAnomaly.ShouldBe(isOpen);
    }

    [Fact]
    public void Score_MissingValueDuringAnAlert_ScoresZeroAndLeavesItOpen()
    {
        var detector = Fed(3000);
        detector.Score(3000 * MinuteMs, 1e6).IsAnomaly.ShouldBeTrue();

        var missing = detector.Score(3001 * MinuteMs, double.NaN);

        missing.Score.ShouldBe(0);
        missing.Onset.ShouldBe(0);
        missing.IsAnomaly.ShouldBeTrue();
    }

    [Fact]
    public void Grow_CompactProfile_LearnsSeasonsFromThenOn()
    {
        var grown = Fed(3000);
        grown.Grow();
        var compact = Fed(3000);

        Feed(grown, 3000, 5 * 1440);
        Feed(compact, 3000, 5 * 1440);

        // Two hours before the middle of the day's rise the level alone knows nothing of where the cycle will be.
        var timeMs = (8 * 1440 + 360) * MinuteMs;
        var of = Value(8 * 1440 + 360);
        Math.Abs(grown.Score(timeMs, double.NaN).Expected - of)
            .ShouldBeLessThan(Math.Abs(compact.Score(timeMs, double.NaN).Expected - of) / 2);
    }

    [Fact]
    public void Score_CompactProfile_KeepsABandThatHoldsNormalPoints()
    {
        var detector = Fed(1000);
        var (inside, all) = (0, 1000);
        for (var i = 1000; i < 2000; i++)
        {
            var value = Value(i);
            var point = detector.Score(i * MinuteMs, value);
            inside += value >= point.Lower && value <= point.Upper ? 1 : 0;
        }

        inside.ShouldBeGreaterThan((int)(0.97 * all));
    }

    private static SeriesDetector Fed(int points)
    {
        var detector = new SeriesDetector(s_compact);
        Feed(detector, 0, points);
        return detector;
    }

    private static void Feed(SeriesDetector detector, int first, int points)
    {
        for (var i = first; i < first + points; i++)
            detector.Score(i * MinuteMs, Value(i));
    }

    /// <summary>A day's cycle and noise, which depends on the point's number alone.</summary>
    private static double Value(int i) => (20 * Math.Sin(2 * Math.PI * i / 1440)) + new Random(i).NextDouble();
}
