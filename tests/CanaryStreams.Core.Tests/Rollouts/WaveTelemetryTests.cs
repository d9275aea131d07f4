using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using static CanaryStreams.Core.Tests.Rollouts.TwoTogether;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>Telemetry that can't be judged in one of the clusters that go together.</summary>
public class WaveTelemetryTests
{
    [Fact]
    public void Telemetry_MissingInOneCluster_HoldsAllAndNamesIt()
    {
        var given = Baking().HealthyMinutes(5);

        var held = Bucket(
            given,
            Given.Pair("us-1"),
            [Given.Stable("ap-1", SignalQuality.Missing), Given.Canary("ap-1")]
        )
            .Then.ShouldHaveSingleItem()
            .ShouldBeOfType<RolloutHeld>();

        held.Cluster.ShouldBe("ap-1");
        held.Condition.ShouldBe(TelemetryCondition.StableSilent);
        given.State.Holds.ShouldHaveSingleItem().Cluster.ShouldBe("ap-1");
        given.Healthy().Then.ShouldHaveSingleItem().ShouldBeOfType<RolloutResumed>();
    }

    [Fact]
    public void Telemetry_OfAClusterThatIsPromoted_HoldsNothing()
    {
        var given = Baking().HealthyMinutes(5);

        Bucket(given, Given.Pair("us-1"), Given.Pair("ap-1"), Silent("eu-1")).Then.ShouldBeEmpty();
    }

    [Fact]
    public void Silence_OfOneThatEndsWhenThatOfAnotherBegins_IsNotAddedUp()
    {
        var given = Baking(Given.Policy with { DecideBy = TimeSpan.FromHours(2) }).HealthyMinutes(5);
        for (var minute = 0; minute < 15; minute++)
            Bucket(given, Silent("us-1"), Given.Pair("ap-1"));

        var held = Bucket(given, Given.Pair("us-1"), Silent("ap-1")).Then.ShouldHaveSingleItem();

        held.ShouldBeOfType<RolloutHeld>().Cluster.ShouldBe("ap-1");
        var minutes = MinutesToARollback(given, _ => [.. Given.Pair("us-1"), .. Silent("ap-1")]);
        minutes.ShouldBe(20);
        given.State.Rollback!.Summary.ShouldContain("rolled back in ap-1: nothing has been heard of the canary");
    }

    [Fact]
    public void Silence_OfOne_RollsBackInItsTimeWhateverIsWrongInAnother()
    {
        var given = Baking(Given.Policy with { DecideBy = TimeSpan.FromHours(2) }).HealthyMinutes(5);

        var minutes = MinutesToARollback(
            given,
            minute =>
            {
                Signal[] first =
                    minute % 3 == 0 ? [Given.Stable("us-1", SignalQuality.Missing), Given.Canary("us-1")]
                    : minute > 10 ? Silent("us-1")
                    : Given.Pair("us-1");
                return [.. first, .. Silent("ap-1")];
            }
        );

        minutes.ShouldBe(18);
        given.State.Rollback!.Summary.ShouldContain("in ap-1");
    }

    /// <summary>Null where an hour of such buckets leads to none.</summary>
    private static int? MinutesToARollback(Given given, Func<int, Signal[]> signals)
    {
        for (var minute = 0; minute < 60; minute++)
        {
            if (given.Bucket(1, signals(minute)).State.Rollback is not null)
                return minute + 1;
        }
        return null;
    }
}
