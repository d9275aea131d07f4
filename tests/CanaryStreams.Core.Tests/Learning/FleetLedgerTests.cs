using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Tests.Evidence;
using static CanaryStreams.Core.Tests.Learning.Experiences;

namespace CanaryStreams.Core.Tests.Learning;

public class FleetLedgerTests
{
    private const long Ever = StartMs + 1_000_000_000;

    private static FleetLedger Ledger(IEnumerable<RolloutExperience> experiences)
    {
        var ledger = new FleetLedger(EvidenceSettings.Default);
        foreach (var experience in experiences)
            ledger.Learn(experience).ShouldBeTrue();
        return ledger;
    }

    private static string Version(int count, int last) =>
        $"fleet/{count}@{DateTimeOffset.FromUnixTimeMilliseconds(StartMs + 1000L * last):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}";

    [Fact]
    public void Learn_ARolloutTwice_TeachesOnce()
    {
        var ledger = Ledger(Many(10));

        ledger.Learn(Named("r0003", Ever - 1)).ShouldBeFalse();

        ledger.AsOf(Ever).Version.ShouldBe(Version(10, 9));
    }

    [Fact]
    public void Learn_NothingCompared_TeachesNothingAndMayTeachLater()
    {
        var ledger = Ledger([]);

        ledger.Learn(Of("r")).ShouldBeFalse();

        ledger.Learn(Named("r", StartMs)).ShouldBeTrue();
    }

    [Fact]
    public void AsOf_FewerThanTen_Nothing() => Ledger(Many(9)).AsOf(Ever).ShouldBeSameAs(FleetKnowledge.Nothing);

    [Fact]
    public void AsOf_BeforeTheOutcomes_KnowsNothing()
    {
        var ledger = Ledger(Many(20));

        ledger.AsOf(StartMs - 1).Version.ShouldBeNull();
        ledger.AsOf(StartMs + 8_999).Version.ShouldBeNull();
        ledger.AsOf(StartMs + 9_000).Version.ShouldBe(Version(10, 9));
        ledger.AsOf(Ever).Version.ShouldBe(Version(20, 19));
        ledger.AsOf(StartMs + 9_000).Version.ShouldBe(Version(10, 9), "later ones change nothing of it");
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(19, 19)]
    [InlineData(20, 20)]
    [InlineData(21, 20)]
    [InlineData(22, 22)]
    [InlineData(112, 103)]
    [InlineData(113, 113)]
    public void AsOf_ManyRollouts_LearnsAnewAtATenthMore(int seen, int expected) =>
        Ledger(Many(seen)).AsOf(Ever).Version.ShouldBe(Version(expected, expected - 1));

    [Fact]
    public void AsOf_BetweenTwoGenerations_IsNotLearntAgain()
    {
        var ledger = Ledger(Many(30));
        var known = ledger.AsOf(Ever);

        ledger.Learn(Named("new", Ever - 2));

        ledger.AsOf(Ever).ShouldBeSameAs(known);
    }

    [Fact]
    public void AsOf_MoreThanThreeHundred_TheNewestThreeHundredTeach()
    {
        var old = Arms.Errors with { Name = "old" };
        var ledger = Ledger(Many(400).Select((e, i) => i < 60 ? Named(e.Rollout, e.LearntMs, old) : e));

        double Known(long timeMs) => ledger.AsOf(timeMs).Of([old], Arms.Share)[0].Relief;
        ledger.AsOf(Ever).Version.ShouldNotBeNull().ShouldStartWith("fleet/300@");
        Known(StartMs + 299_000).ShouldBeGreaterThan(0);
        Known(Ever).ShouldBe(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AsOf_ExperiencesInAnyOrder_TheSame(ulong seed)
    {
        var experiences = Many(60);
        long[] times = [.. new[] { 9, 11, 40 }.Select(second => StartMs + second * 1000L)];
        var inOrder = Ledger(experiences);
        var random = new SeededRandom(seed);
        var shuffled = experiences.OrderBy(_ => random.NextDouble()).ToArray();
        var ledger = new FleetLedger(EvidenceSettings.Default);

        foreach (var experience in shuffled)
        {
            ledger.Learn(experience);
            // What is asked for on the way must not be kept when what belongs into it comes late.
            foreach (var time in times)
                ledger.AsOf(time);
        }

        times.Select(t => ledger.AsOf(t).Version).ShouldBe(times.Select(t => inOrder.AsOf(t).Version));
        times.Select(Relief(ledger)).ShouldBe(times.Select(Relief(inOrder)));
    }

    [Fact]
    public void AsOf_ALateExperience_BelongsIntoWhatWasAskedBefore()
    {
        var ledger = Ledger(Many(12));
        ledger.AsOf(StartMs + 9_000).Version.ShouldBe(Version(10, 9));
        ledger.AsOf(Ever).Version.ShouldBe(Version(12, 11));

        ledger.Learn(Named("late", StartMs - 5000));

        ledger.AsOf(StartMs + 8_000).Version.ShouldBe(Version(10, 8));
        ledger.AsOf(Ever).Version.ShouldBe(Version(13, 11));
    }

    private static Func<long, double> Relief(FleetLedger ledger) =>
        time => ledger.AsOf(time).Of([Arms.Errors], Arms.Share)[0].Relief;
}
