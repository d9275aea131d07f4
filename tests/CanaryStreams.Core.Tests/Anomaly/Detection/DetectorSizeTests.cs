using CanaryStreams.Core.Anomaly;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Anomaly.Members;
using CanaryStreams.Core.Simulation;
using static CanaryStreams.Core.Tests.Anomaly.Detection.TestSeries;

namespace CanaryStreams.Core.Tests.Anomaly.Detection;

/// <summary>What a series costs, by the bytes that a copy of it allocates.</summary>
public class DetectorSizeTests(ITestOutputHelper output)
{
    private const int ThreeWeeks = 21 * 1440;

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    public void Compact_YoungSeries_TakesAtMostAKibibyte(int points)
    {
        var detector = Detector(growAfterPoints: int.MaxValue);
        Run(detector, Noise(points, seed: 1));

        Allocated(detector.Clone).ShouldBeLessThanOrEqualTo(1024);
    }

    [Fact]
    public void Full_AfterThreeWeeksOfMinutes_TakesAtMost48Kibibytes()
    {
        var detector = Detector();
        var random = new SeededRandom(2);
        for (var i = 0; i < ThreeWeeks; i++)
            detector.Score(MondayMs + (i * MinuteMs), Daily(i * MinuteMs, random));

        var bytes = Allocated(detector.Clone);

        output.WriteLine($"detector {bytes}, of it {string.Join(", ", Parts())}");
        bytes.ShouldBeLessThanOrEqualTo(49_152);
    }

    /// <summary>What takes how much, for whoever has to make room.</summary>
    private static IEnumerable<string> Parts()
    {
        var random = new SeededRandom(2);
        var profile = new CanaryStreams.Core.Baselines.SeriesProfile(
            CanaryStreams.Core.Baselines.ProfileSettings.Default
        );
        var (day, week) = (new PeriodicMember(DayMs, 300_000), new PeriodicMember(7 * DayMs, 600_000));
        var (small, large) = (new SpectralResidualMember(64), new SpectralResidualMember(1024));
        var channels = new SurpriseChannels(DetectorAblation.None);
        Span<float> surprises = stackalloc float[SurpriseChannels.Count];
        for (var i = 0; i < ThreeWeeks; i++)
        {
            var (time, value) = (MondayMs + (i * MinuteMs), Daily(i * MinuteMs, random));
            profile.Update(time, value, 1, false);
            day.Observe(time, value);
            week.Observe(time, value);
            small.Observe(time, value);
            large.Observe(time, value);
            channels.Observe(time, value, surprises);
        }
        var memory = DetectorModels.Default.Ensemble.CreateMemory();
        var calibration = new SurpriseCalibration(58, 4, 10_000);
        var alerts = new AlertRule(DetectorModels.Default.Fusion);
        return
        [
            $"channels {Allocated(channels.Clone)}",
            $"(day {Allocated(day.Clone)}",
            $"week {Allocated(week.Clone)}",
            $"spectrum of 64 {Allocated(small.Clone)}",
            $"of 1024 {Allocated(large.Clone)}",
            $"each calibration {Allocated(calibration.Clone)})",
            $"profile {Allocated(profile.Clone)}",
            $"networks {Allocated(memory.Clone)}",
            $"alerts {Allocated(alerts.Clone)}",
            $"context {Allocated(new SurpriseContext().Clone)}",
        ];
    }
}
