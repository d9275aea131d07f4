using CanaryStreams.Core.Baselines;
using static CanaryStreams.Core.Tests.Baselines.GeneratedSeries;

namespace CanaryStreams.Core.Tests.Baselines;

/// <summary>
/// How good profiles are on series of many kinds: the share of buckets inside the band, which is to hold 99 % of them, and
/// the mean absolute error of what was expected relative to that of simple forecasts. Two weeks, the first one to learn.
/// </summary>
public class SeriesProfileStudyTests
{
    private const int Week = 7 * DayMinutes;

    public static TheoryData<string> AllKinds => [.. Kinds];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void Band_SecondWeek_HoldsAboutNinetyNinePercent(string kind) =>
        Study.Of(kind).Coverage.ShouldBeInRange(0.98, 0.9999);

    /// <summary>A new state of a series that jumps between two can't be expected; the mean of both would lose against the last.</summary>
    [Theory]
    [InlineData("normal", 0.73, 1.01, 0.73)]
    [InlineData("heavy-tailed", 0.69, 1.01, 0.69)]
    [InlineData("lognormal", 0.71, 0.97, 0.71)]
    [InlineData("rare-counts", 0.8, 0.9, 0.8)]
    [InlineData("counts", 0.73, 1.01, 0.73)]
    [InlineData("on-off", 0.6, 0.6, 0.6)]
    [InlineData("states", 1.25, 0.4, 0.3)]
    [InlineData("walk", 1.15, 0.4, 0.1)]
    [InlineData("autoregression", 1.02, 0.6, 0.4)]
    [InlineData("day", 0.73, 0.93, 0.73)]
    [InlineData("noisy-days", 0.75, 0.95, 0.75)]
    [InlineData("days-off", 0.8, 0.98, 0.3)]
    [InlineData("hourly-job", 0.57, 0.55, 0.8)]
    [InlineData("saw-of-90", 0.75, 0.45, 0.8)]
    [InlineData("six-hours", 0.8, 0.65, 0.8)]
    public void Expected_SecondWeek_BeatsSimpleForecasts(string kind, double last, double moving, double yesterday)
    {
        var study = Study.Of(kind);

        study.ToLast.ShouldBeLessThan(last);
        study.ToMovingMean.ShouldBeLessThan(moving);
        study.ToYesterday.ShouldBeLessThan(yesterday);
    }

    /// <summary>What was never seen can't be held: a series that has been off from its start on, or in one state.</summary>
    [Theory]
    [InlineData("normal", 0.99)]
    [InlineData("heavy-tailed", 0.98)]
    [InlineData("lognormal", 0.98)]
    [InlineData("rare-counts", 0.98)]
    [InlineData("counts", 0.99)]
    [InlineData("on-off", 0.92)]
    [InlineData("states", 0.93)]
    [InlineData("walk", 0.99)]
    [InlineData("autoregression", 0.99)]
    [InlineData("day", 0.99)]
    public void Band_BucketsFourToThirty_HoldsAboutWhatItSays(string kind, double coverageMin)
    {
        var (inside, all) = (0, 0);
        for (var seed = 1; seed <= 200; seed++)
        {
            var profile = new SeriesProfile(ProfileSettings.Default);
            var values = Make(kind, 30, seed);
            for (var i = 0; i < values.Length; i++)
            {
                var expectation = profile.Expect(StartMs + (i * MinuteMs));
                if (i >= 3)
                {
                    expectation.Quality.ShouldBe(ProfileQuality.Young);
                    inside += values[i] >= expectation.Lower && values[i] <= expectation.Upper ? 1 : 0;
                    all++;
                }
                profile.Update(StartMs + (i * MinuteMs), values[i], 1, suspicious: false);
            }
        }

        ((double)inside / all).ShouldBeGreaterThan(coverageMin);
    }

    private sealed record Study(double Coverage, double ToLast, double ToMovingMean, double ToYesterday)
    {
        private static readonly Dictionary<string, Study> s_done = [];

        public static Study Of(string kind)
        {
            lock (s_done)
                return s_done.TryGetValue(kind, out var done) ? done : s_done[kind] = New(kind);
        }

        private static Study New(string kind)
        {
            var values = Make(kind, 2 * Week, seed: 3);
            var profile = new SeriesProfile(ProfileSettings.Default);
            var (inside, moving) = (0, values[0]);
            var (ofExpected, ofLast, ofMoving, ofYesterday) = (0.0, 0.0, 0.0, 0.0);
            for (var i = 0; i < values.Length; i++)
            {
                var expectation = profile.Expect(StartMs + (i * MinuteMs));
                if (i >= Week)
                {
                    inside += values[i] >= expectation.Lower && values[i] <= expectation.Upper ? 1 : 0;
                    ofExpected += Math.Abs(values[i] - expectation.Expected);
                    ofLast += Math.Abs(values[i] - values[i - 1]);
                    ofMoving += Math.Abs(values[i] - moving);
                    ofYesterday += Math.Abs(values[i] - values[i - DayMinutes]);
                }
                moving += 0.05 * (values[i] - moving);
                profile.Update(StartMs + (i * MinuteMs), values[i], 1, suspicious: false);
            }
            return new Study(
                (double)inside / Week,
                ofExpected / ofLast,
                ofExpected / ofMoving,
                ofExpected / ofYesterday
            );
        }
    }
}
