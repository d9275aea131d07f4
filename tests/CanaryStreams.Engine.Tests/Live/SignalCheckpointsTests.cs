using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Live;

namespace CanaryStreams.Engine.Tests.Live;

public sealed class SignalCheckpointsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void IsNew_InALaterLife_OnlyBucketsBehindTheOnesSaved()
    {
        using var journal = new MemoryJournal();
        new SignalCheckpoints(journal).Save([Of("shop", 1), Of("shop", 2), Of("cart", 7)]);

        var later = new SignalCheckpoints(journal);

        later.IsNew(Of("shop", 2)).ShouldBeFalse();
        later.IsNew(Of("shop", 3)).ShouldBeTrue();
        later.IsNew(Of("cart", 7)).ShouldBeFalse();
        later.IsNew(Of("search", 1)).ShouldBeTrue();
    }

    [Fact]
    public void Save_ManyLanesAtOnce_NothingLost()
    {
        using var journal = SqliteJournal.Open(Path.Combine(Directory.CreateTempSubdirectory().FullName, "j.db"));
        var checkpoints = new SignalCheckpoints(journal);

        Parallel.For(
            0,
            8,
            lane =>
            {
                for (var minute = 1; minute <= 20; minute++)
                    checkpoints.Save([Of($"app-{lane}", minute)]);
            }
        );

        var later = new SignalCheckpoints(journal);
        for (var lane = 0; lane < 8; lane++)
        {
            later.IsNew(Of($"app-{lane}", 20)).ShouldBeFalse();
            later.IsNew(Of($"app-{lane}", 21)).ShouldBeTrue();
        }
    }

    private static Signal Of(string app, int minute) =>
        new()
        {
            Time = Noon.AddMinutes(minute),
            App = app,
            Cluster = "eu-1",
            Version = "1",
            Track = Track.Stable,
            Metric = "error_rate",
        };
}
