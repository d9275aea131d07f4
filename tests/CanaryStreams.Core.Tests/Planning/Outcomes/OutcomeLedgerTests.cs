using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Planning.Outcomes;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Tests.Rollouts;

namespace CanaryStreams.Core.Tests.Planning.Outcomes;

/// <summary>What rollouts' events teach, and what they don't.</summary>
public class OutcomeLedgerTests
{
    private const string Rollout = "checkout-2.4.1";

    [Fact]
    public void Observe_PromotedEverywhere_EveryClusterSurvivedInItsOrder()
    {
        var ledger = new OutcomeLedger();

        var rows = Tell(ledger, Promoted());

        rows.Select(row => (row.Cluster.Name, row.Failed, row.Order))
            .ShouldBe([("eu-1", false, 0), ("us-1", false, 1)]);
        ledger.Of(Rollout).ShouldBe(rows);
    }

    [Fact]
    public void Observe_BeforeTheEnd_NothingIsKnown()
    {
        var given = Given.Requested();
        while (given.CurrentCluster == "eu-1")
            given.Acked().Healthy();

        Tell(new OutcomeLedger(), given.Acked()).ShouldBeEmpty();
    }

    [Fact]
    public void Observe_RolledBackForHarmInTheSecondCluster_TheFirstSurvivedAndTheSecondFailed()
    {
        var given = HarmInTheSecond();

        var rows = Tell(new OutcomeLedger(), given);

        rows.Select(row => (row.Cluster.Name, row.Failed)).ShouldBe([("eu-1", false), ("us-1", true)]);
    }

    [Fact]
    public void Observe_HarmInAMetricOfThePolicy_EffectIsInUnitsOfItsMinEffect()
    {
        var metric = new MetricPolicy("error_rate", MetricKind.Ratio, Worse.Up, new MinEffect(0.002, Relative: false));
        var given = Given.Requested(Given.Policy with { Metrics = [metric] }).Acked().HealthyMinutes(3);

        given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.93)).Acked();

        var row = Tell(new OutcomeLedger(), given).ShouldHaveSingleItem();
        row.Effects["error_rate"].ShouldBe(4.5, 1e-9);
    }

    [Fact]
    public void Observe_OneClusterRolledBackForHarmAndTheOthersGoOn_OnlyThatOneFailed()
    {
        var given = Given.Requested(Given.Policy with { Blast = BlastRule.Cluster }).Acked().HealthyMinutes(3);
        given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.93));
        while (given.State.IsActive)
            given.Acked().Healthy();

        var rows = Tell(new OutcomeLedger(), given);

        rows.Select(row => (row.Cluster.Name, row.Failed)).ShouldBe([("eu-1", true), ("us-1", false)]);
    }

    [Fact]
    public void Observe_Cancelled_TeachesNothing()
    {
        var given = Given.Requested().Acked().HealthyMinutes(3);

        given.When(new CancelRollout(given.Now, "ann", "not today")).Acked();

        given.State.Outcome.ShouldBe(RolloutOutcome.Cancelled);
        Tell(new OutcomeLedger(), given).ShouldBeEmpty();
    }

    [Fact]
    public void Observe_CancelledWhileItIsWatched_TeachesNothingBut_WhatPeopleSay()
    {
        var given = Given.Requested(Given.Policy with { Watch = TimeSpan.FromHours(1) }).Acked();
        for (var minute = 0; minute < 300 && given.State.Phase == RolloutPhase.Running; minute++)
            given.Acked().Healthy();
        given.State.Phase.ShouldBe(RolloutPhase.Watching);

        given.When(new CancelRollout(given.Now, "ann", "it is bad")).Acked();
        Tell(new OutcomeLedger(), given).ShouldBeEmpty();
        given.When(new ReportOutcome(given.Now, "us-1", Verdict.Bad, "operator"));

        Tell(new OutcomeLedger(), given).ShouldHaveSingleItem().Failed.ShouldBeTrue();
    }

    [Fact]
    public void Observe_PromotedByAnOperator_TeachesNothingGood()
    {
        var given = Given.Requested().Acked().HealthyMinutes(3);
        given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.4));

        given.When(new PromoteRollout(given.Now, "ann", "I know better")).Acked();

        given.State.Outcome.ShouldBe(RolloutOutcome.Promoted);
        Tell(new OutcomeLedger(), given).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(RollbackCause.SilentCanary)]
    [InlineData(RollbackCause.Inconclusive)]
    public void Observe_RolledBackForWantOfAVerdict_TeachesNothing(RollbackCause cause)
    {
        var given = Given.Requested().Acked().HealthyMinutes(3);
        List<RolloutEvent> events =
        [
            .. given.History,
            new RollbackDecided(given.Now, cause, "nothing is heard of it", []),
            new RolloutEnded(given.Now, RolloutOutcome.RolledBack),
        ];

        Tell(new OutcomeLedger(), events).ShouldBeEmpty();
    }

    [Fact]
    public void Observe_PromotedForWantOfAVerdict_TeachesNothing()
    {
        var given = Promoted();
        var events = given.History.Select(e => e is StepPassed passed ? passed with { Inconclusive = true } : e);

        Tell(new OutcomeLedger(), [.. events]).ShouldBeEmpty();
    }

    [Fact]
    public void Observe_AnIncidentDaysLater_TakesThePlaceOfWhatTheEvidenceSaid()
    {
        var given = Promoted();
        var ledger = new OutcomeLedger();
        Tell(ledger, given);

        var later = given.Now.AddDays(3);
        var changed = ledger.Observe(
            Rollout,
            given.History.Count + 1,
            new OutcomeReported(later, "us-1", Verdict.Bad, "incident")
        );

        var row = changed.ShouldHaveSingleItem();
        (row.Cluster.Name, row.Failed, row.IsLabelled).ShouldBe(("us-1", true, true));
        row.TimeMs.ShouldBe(later.ToUnixTimeMilliseconds());
        ledger.Rows.Count().ShouldBe(2);
    }

    [Fact]
    public void Observe_ALabelOfTheWholeRollout_IsOneOfEveryClusterItReached()
    {
        var given = Given.Requested().Acked().HealthyMinutes(3);
        given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.93)).Acked();

        given.When(new ReportOutcome(given.Now.AddDays(1), null, Verdict.Good, "operator"));

        var row = Latest(Tell(new OutcomeLedger(), given)).ShouldHaveSingleItem();
        (row.Cluster.Name, row.Failed, row.IsLabelled).ShouldBe(("eu-1", false, true));
    }

    [Fact]
    public void Observe_ALabelOfAClusterThatWasNeverReached_TeachesNothing()
    {
        var given = Given.Requested().Acked().HealthyMinutes(3);
        given.When(new CancelRollout(given.Now, "ann", null)).Acked();

        given.When(new ReportOutcome(given.Now.AddDays(1), "us-1", Verdict.Bad, "operator"));

        given.Then.ShouldNotBeEmpty();
        Tell(new OutcomeLedger(), given).ShouldBeEmpty();
    }

    [Fact]
    public void Observe_TheSameEventsAgain_NothingChanges()
    {
        var given = HarmInTheSecond();
        given.When(new ReportOutcome(given.Now.AddDays(1), "eu-1", Verdict.Bad, "incident"));
        var ledger = new OutcomeLedger();
        var rows = Tell(ledger, given);

        Tell(ledger, given).ShouldBeEmpty();

        var restarted = new OutcomeLedger();
        foreach (var row in Latest(rows))
            restarted.Restore(row).ShouldBeTrue();
        Tell(restarted, given).ShouldBeEmpty();
        restarted.Rows.ShouldBe(ledger.Rows, ignoreOrder: true);
    }

    [Fact]
    public void Observe_ALabelWhenTheEventsAreGone_ReplacesTheRowThatThereIs()
    {
        var ledger = new OutcomeLedger();
        foreach (var row in Tell(new OutcomeLedger(), Promoted()))
            ledger.Restore(row);

        var changed = ledger.Observe(
            Rollout,
            40,
            new OutcomeReported(Given.Start.AddDays(9), null, Verdict.Bad, "operator")
        );

        changed.Count.ShouldBe(2);
        changed.ShouldAllBe(row => row.Failed && row.IsLabelled);
    }

    [Fact]
    public void Decode_ARecordOfCanaryEvents_IsTheEvent()
    {
        var happened = new ClusterPromoted(Given.Start, "eu-1");
        var record = EventRecord.ForEvents(
            Rollout,
            7,
            EventCodec.NameOf(happened),
            happened.Time,
            EventCodec.Encode(happened)
        );

        PublishedEvent.Decode(record.Value).ShouldBe(new PublishedEvent(Rollout, 7, happened));
        Should.Throw<FormatException>(() => PublishedEvent.Decode("""{"type":"x","rollout":"y"}"""u8.ToArray()));
    }

    private static Given Promoted()
    {
        var given = Given.Requested();
        while (given.State.IsActive)
            given.Acked().Healthy();
        return given;
    }

    private static Given HarmInTheSecond()
    {
        var given = Given.Requested();
        while (given.CurrentCluster == "eu-1")
            given.Acked().Healthy();
        given.Acked();
        return given.Bucket(1, Given.Pair("us-1", Given.Anomalous, 0.93)).Acked();
    }

    private static List<ClusterOutcome> Tell(OutcomeLedger ledger, Given given) => Tell(ledger, given.History);

    private static List<ClusterOutcome> Tell(OutcomeLedger ledger, List<RolloutEvent> events) =>
        [.. events.SelectMany((happened, i) => ledger.Observe(Rollout, i + 1, happened))];

    private static IEnumerable<ClusterOutcome> Latest(IEnumerable<ClusterOutcome> rows) =>
        rows.GroupBy(row => row.Cluster.Name).Select(cluster => cluster.Last());
}
