using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>What is said at the beginning of a rollout of how soon anything would be seen.</summary>
public class OutlookTests
{
    private static Signal Stable(
        double rate,
        double perMinute,
        string metric = "error_rate",
        string cluster = "eu-1"
    ) => Given.Stable(cluster) with { Metric = metric, Baseline = new StableBaseline(rate, perMinute, 60, 60) };

    [Fact]
    public void Outlook_StablesPastIsKnown_IsStatedOnceWithTheFirstBucket()
    {
        var given = Given.Requested();
        Signal[] signals = [Stable(0.001, 60), Given.Canary("eu-1")];

        var stated = given.Bucket(1, signals).Then.ShouldHaveSingleItem().ShouldBeOfType<OutlookStated>();
        given.Bucket(1, signals).Then.ShouldBeEmpty();
        given.Acked().Bucket(1, signals).Then.ShouldNotContain(e => e is OutlookStated);

        given.State.Outlook.ShouldBe(stated);
        stated.Outlook.WeightPct.ShouldBe(5);
        stated.Outlook.LargestWeightPct.ShouldBe(25);
    }

    [Fact]
    public void Outlook_LittleTraffic_SaysWhatCannotBeSeenAndWhatWouldHelp() =>
        Given
            .Requested()
            .Bucket(1, Stable(0.001, 60))
            .State.Outlook!.Summary.ShouldMatch(
                "^eu-1 at 5 %: cannot see error_rate 0.1 % → 1.1 % before minute 30 with 60 trials a minute in the cluster; "
                    + @"there are no synthetic runs: 20 % of 5 synthetic runs a minute failing would show by minute \d+$"
            );

    [Fact]
    public void Outlook_LittleTrafficAndSyntheticRuns_SaysWhatTheyShow() =>
        Given
            .Requested()
            .Bucket(1, Stable(0.001, 60), Stable(0, 12, "synthetic:buy"))
            .State.Outlook!.Summary.ShouldMatch(@"; 20 % of 12 synthetic runs a minute failing show by minute [\d.]+$");

    [Fact]
    public void Outlook_MuchTraffic_SaysHowSoonAllIsSeen() =>
        Given
            .Requested(Given.Policy with { Steps = [50, 100] })
            .Bucket(1, Stable(0.001, 6000))
            .State.Outlook!.Summary.ShouldMatch(
                @"^eu-1 at 50 %: sees error_rate 0.1 % → 1.1 % by minute \d+, 0.1 % → 0.4 % by minute \d+$"
            );

    [Fact]
    public void Outlook_SyntheticRunsDoNotRollBack_SaysThatTheyCannotHelp() =>
        Given
            .Requested(Given.Policy with { SyntheticRollsBack = false })
            .Bucket(1, Stable(0.001, 6))
            .State.Outlook!.Summary.ShouldEndWith(
                "synthetic runs can't help, since the policy doesn't let them roll back"
            );

    [Fact]
    public void Outlook_ALoneStepOfAHundred_HasNothingToCompareWith() =>
        Given
            .Requested(Given.Policy with { Steps = [100] })
            .Bucket(1, Stable(0.001, 600))
            .State.Outlook!.Summary.ShouldContain("nothing can be seen");

    [Fact]
    public void Outlook_OfAnotherClusterOrMetric_IsNotStated()
    {
        var given = Given.Requested();
        Signal[] signals =
        [
            Stable(0.001, 60, cluster: "us-1"),
            Stable(0.001, 60, "unnamed"),
            Stable(0.1, 60, "latency_ms"),
        ];

        given.Bucket(1, signals).Then.ShouldBeEmpty();
        given.State.Outlook.ShouldBeNull();
    }
}
