using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Tests.Rollouts;

public class PromotionWatchTests
{
    private static readonly Policy s_policy = Given.Policy with
    {
        Watch = TimeSpan.FromMinutes(60),
        Waves = WaveRule.OneByOne,
    };

    [Fact]
    public void LastPromotion_WithoutAWatch_EndsTheRollout()
    {
        var given = Promoted(Given.Policy with { Waves = WaveRule.OneByOne });

        given.Then.OfType<RolloutEnded>().ShouldHaveSingleItem().Watched.ShouldBeNull();
        given.History.ShouldNotContain(e => e is WatchBegun);
    }

    [Fact]
    public void LastPromotion_WithAWatch_BeginsItAndEndsNothing()
    {
        var given = Promoted();

        given.Then.OfType<WatchBegun>().ShouldHaveSingleItem().Until.ShouldBe(given.Now.AddMinutes(60));
        given.State.Phase.ShouldBe(RolloutPhase.Watching);
        given.State.IsActive.ShouldBeTrue();
        given.State.Clusters.ShouldAllBe(cluster => cluster.Stage == ClusterStage.Promoted);
        Deadlines.Next(given.State, null).ShouldBe(given.Now.AddMinutes(63));
    }

    [Fact]
    public void QuietWatch_EndsPromotedWithTheBucketThatCompletesIt()
    {
        var given = Promoted();

        Watch(given, 59);
        given.State.IsActive.ShouldBeTrue();
        Watch(given, 1);

        var ended = given.Then.OfType<RolloutEnded>().ShouldHaveSingleItem();
        ended.Outcome.ShouldBe(RolloutOutcome.Promoted);
        ended.Watched.ShouldBe("watched for 60 min");
        given.History.OfType<CommandIssued>().ShouldNotContain(e => e.Command.Command == CommandKind.Rollback);
    }

    [Fact]
    public void SustainedHarm_InOneCluster_RollsBackInAllAfterItHasLasted()
    {
        var given = Promoted();
        var began = given.Now.AddMinutes(1);
        Watch(given, 15, Given.Anomalous, 0.9);
        given.History.OfType<AnomalyNoted>().ShouldHaveSingleItem().Time.ShouldBe(began);
        given.State.Phase.ShouldBe(RolloutPhase.Watching);

        Watch(given, 1, Given.Anomalous, 0.9);

        var decided = given.Then.OfType<RollbackDecided>().ShouldHaveSingleItem();
        decided.Time.ShouldBe(began.AddMinutes(15));
        decided.Summary.ShouldStartWith(
            "checkout 2.4.1 rolled back everywhere while it was watched: error_rate in us-1 is 0.9 points above what was expected before it was promoted"
        );
        decided.Summary.ShouldContain("not over after 15 min");
        decided.Budget.ShouldNotBeNull();
        given
            .Commands.Select(c => (c.Cluster, c.Command, c.Version, c.WeightPct))
            .ShouldBe([("eu-1", CommandKind.Rollback, "2.4.1", 0), ("us-1", CommandKind.Rollback, "2.4.1", 0)]);
    }

    [Fact]
    public void Rollback_OutOfTheWatch_IsSentUntilItIsAcknowledged()
    {
        var given = Promoted();
        Watch(given, 16, Given.Anomalous, 0.9);

        given.NextDeadline();
        given.Then.OfType<CommandResent>().Count().ShouldBe(2);
        given.Acked();

        given.State.Outcome.ShouldBe(RolloutOutcome.RolledBack);
        given.State.Clusters.ShouldAllBe(cluster => cluster.Stage == ClusterStage.RolledBack);
    }

    [Theory]
    [InlineData(14, 0.9)] // over before it has lasted
    [InlineData(40, 0.1)] // not forecast to last
    public void Harm_ThatPasses_RollsNothingBack(int minutes, double pSustained)
    {
        var given = Promoted();

        Watch(given, minutes, Given.Anomalous, pSustained);
        Watch(given, 60 - minutes);

        given.State.Outcome.ShouldBe(RolloutOutcome.Promoted);
        given.History.OfType<AnomalyCleared>().ShouldHaveSingleItem();
    }

    [Fact]
    public void Harm_StillOpenAtTheEnd_IsNamed()
    {
        var given = Promoted();
        Watch(given, 50);

        Watch(given, 10, Given.Anomalous, 0.9);

        given
            .Then.OfType<RolloutEnded>()
            .Single()
            .Watched.ShouldBe("watched for 60 min; error_rate in us-1 is unusual, and not so that it rolls back");
    }

    [Fact]
    public void Harm_InSignalsOfAnotherVersionOrWithoutFreshness_IsNotJudged()
    {
        var given = Promoted();
        for (var i = 0; i < 30; i++)
            given.Bucket(
                1,
                Given.Promoted("eu-1", Given.Anomalous, 0.9) with
                {
                    Version = "2.4.0",
                },
                Given.Promoted("us-1", Given.Anomalous, 0.9) with
                {
                    Quality = SignalQuality.Stale,
                },
                Given.Canary("us-1", Given.Anomalous, 0.9)
            );

        given.State.Anomalies.ShouldBeEmpty();
    }

    [Fact]
    public void Silence_HoldsNothingAndExtendsNothing()
    {
        var given = Promoted();
        Watch(given, 20);
        var heard = given.Now;

        given.NextDeadline();

        given.State.Outcome.ShouldBe(RolloutOutcome.Promoted);
        given.History.OfType<RolloutHeld>().ShouldBeEmpty();
        given
            .Then.OfType<RolloutEnded>()
            .Single()
            .Watched.ShouldBe($"watched for 60 min; nothing was heard since {heard:HH:mm}");
    }

    [Fact]
    public void Cluster_ThatNothingSaysAnythingOf_IsNamedAtTheEnd()
    {
        var given = Promoted();

        for (var i = 0; i < 60; i++)
            given.Bucket(1, Given.Promoted("eu-1"), Given.Stable("us-1"));

        given
            .Then.OfType<RolloutEnded>()
            .Single()
            .Watched.ShouldBe("watched for 60 min; nothing could be judged at its end in us-1");
    }

    [Fact]
    public void Promote_EndsTheWatch()
    {
        var given = Watch(Promoted(), 20);

        given.When(new PromoteRollout(given.Now, "ann", "enough"));

        given.Then.OfType<PromotionForced>().ShouldHaveSingleItem().By.ShouldBe("ann");
        given.Then.OfType<RolloutEnded>().Single().Watched.ShouldBe("its watch was ended by ann, 40 min early");
        given.Commands.ShouldBeEmpty();
    }

    [Fact]
    public void Cancel_TakesTheVersionOutOfAllClusters()
    {
        var given = Watch(Promoted(), 20);

        given.When(new CancelRollout(given.Now, "ann", null));

        given
            .Commands.Select(c => (c.Cluster, c.Command))
            .ShouldBe([("eu-1", CommandKind.Rollback), ("us-1", CommandKind.Rollback)]);
        given.Acked().State.Outcome.ShouldBe(RolloutOutcome.Cancelled);
    }

    [Fact]
    public void PauseAndResume_HaveNothingToHold()
    {
        var given = Promoted();

        given
            .When(new PauseRollout(given.Now, "ann", null))
            .Refusal.ShouldBe("the rollout is promoted and watched: nothing grows that could be held");
        given.When(new ResumeRollout(given.Now, "ann", null)).Refusal.ShouldNotBeNull();
    }

    [Fact]
    public void ForcedPromotion_IsWatchedToo()
    {
        var given = Given.Requested(s_policy).Acked();
        given.When(new PromoteRollout(given.Now, "ann", null)).Acked();

        given.State.Phase.ShouldBe(RolloutPhase.Watching);
        Watch(given, 16, Given.Anomalous, 0.9).State.Phase.ShouldBe(RolloutPhase.RollingBack);
    }

    [Fact]
    public void Successor_EndsTheWatchAsPromoted()
    {
        var given = Watch(Promoted(), 20);

        given.When(new SupersedeWatch(given.Now, "checkout-2.4.2"));

        given.State.Outcome.ShouldBe(RolloutOutcome.Promoted);
        given
            .Then.OfType<RolloutEnded>()
            .Single()
            .Watched.ShouldBe("its watch was ended for rollout 'checkout-2.4.2', 40 min early");
        Given.Requested(s_policy).When(new SupersedeWatch(given.Now, "checkout-2.4.2")).Then.ShouldBeEmpty();
    }

    [Fact]
    public void Short_HarmHasToLastForHalfOfTheWatch()
    {
        var given = Promoted(s_policy with { Watch = TimeSpan.FromMinutes(10) });

        Watch(given, 5, Given.Anomalous, 0.9).State.Phase.ShouldBe(RolloutPhase.Watching);
        Watch(given, 1, Given.Anomalous, 0.9).State.Phase.ShouldBe(RolloutPhase.RollingBack);
    }

    [Fact]
    public void Restart_InTheMiddle_GoesOnWhereItWas()
    {
        var given = Watch(Promoted(), 10, Given.Anomalous, 0.9);
        var reread = Evolution.Fold(
            RolloutState.Initial,
            given.History.Select(e => EventCodec.Decode(EventCodec.NameOf(e), EventCodec.Encode(e)))
        );
        var snapshot = StateCodec.Decode(StateCodec.Encode(reread))!;

        foreach (var state in (RolloutState[])[reread, snapshot])
        {
            (state.Phase, state.Watch).ShouldBe((RolloutPhase.Watching, given.State.Watch));
            state.Anomalies.ShouldBe(given.State.Anomalies);
            Deadlines.Next(state, null).ShouldBe(Deadlines.Next(given.State, null));
        }
    }

    [Fact]
    public void Budget_OfAWatchedRollout_PaysForTheWatchToo()
    {
        var plain = Planned(Given.Policy);
        var watched = Planned(s_policy);

        plain.Watch.ShouldBeNull();
        (watched.Share * watched.Processes + watched.Synthetic + watched.Watch!.Value * watched.Processes).ShouldBe(
            0.01,
            1e-12
        );
        watched.Share.ShouldBe(0.75 * plain.Share, 1e-12);

        static BudgetSplit Planned(Policy policy) =>
            Given.Requested(policy).History.OfType<RolloutPlanned>().Single().Budget.ShouldNotBeNull();
    }

    private static Given Promoted(Policy? policy = null)
    {
        var given = Given.Requested(policy ?? s_policy).Acked();
        while (given.State.Phase == RolloutPhase.Running)
            given.Healthy().Acked();
        return given;
    }

    /// <summary>Buckets of a minute; what is said is said of us-1.</summary>
    private static Given Watch(Given given, int minutes, SignalEvidence? evidence = null, double pSustained = 0)
    {
        for (var i = 0; i < minutes; i++)
            given.Bucket(1, Given.Promoted("eu-1"), Given.Promoted("us-1", evidence, pSustained));
        return given;
    }
}
