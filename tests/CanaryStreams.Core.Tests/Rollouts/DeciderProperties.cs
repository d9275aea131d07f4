using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>
/// What holds of every sequence of commands. A sequence is an array of numbers, each read as a command for the state
/// it meets, so that a failing one shrinks to a short story.
/// </summary>
public class DeciderProperties
{
    private const int Sequences = 1500;

    [Fact]
    public void AnyCommand_DecidedTwice_HasNothingMoreToSay() =>
        ForEach(walk =>
            walk.Steps.All(step => step.Events.Count == 0 || Walk.Decide(step.Command, step.After).Events.Count == 0)
        );

    [Fact]
    public void AnyState_CanBeBroughtToAnEnd() =>
        ForEach(walk => !walk.State.IsActive || (walk.EndByHealth() && walk.EndByCancel()));

    [Fact]
    public void AnyState_EndsByAnOperatorsCancelAlone() =>
        ForEach(walk => !walk.State.IsActive || walk.EndByCancelWithoutAnAnswer());

    [Fact]
    public void AnyState_ThatIsCancelledEndsByTimeAlone() =>
        ForEach(walk => !walk.State.IsActive || walk.EndByTimeAlone());

    [Fact]
    public void AfterARollback_NoCommandRaisesAWeight() =>
        ForEach(walk =>
            walk.Events.SkipWhile(e => e is not RollbackDecided)
                .Select(CommandOf)
                .OfType<ControlCommand>()
                .All(c => c is { Command: CommandKind.Rollback, WeightPct: 0 })
        );

    [Fact]
    public void AfterAClusterIsOut_NoCommandRaisesItsWeight() =>
        ForEach(walk =>
        {
            var isOut = new HashSet<string>();
            foreach (var happened in walk.Events)
            {
                if (happened is ClustersRolledBack limited)
                    isOut.UnionWith(limited.Out.Select(ruling => ruling.Cluster));
                if (CommandOf(happened) is { } command && isOut.Contains(command.Cluster))
                    if (command is not { Command: CommandKind.Rollback, WeightPct: 0 })
                        return false;
            }
            return true;
        });

    [Fact]
    public void AClusterThatIsOut_IsRuledOnOnceAndSomethingGoesOn() =>
        ForEach(walk =>
            walk.Events.OfType<ClustersRolledBack>().SelectMany(e => e.Out).Select(o => o.Cluster).ToList() is var isOut
            && isOut.Distinct().Count() == isOut.Count
            && walk.Steps.All(step => step.Events.OfType<ClustersRolledBack>().All(e => e.GoOn.Count > 0))
            && (
                walk.State.Outcome != RolloutOutcome.PartlyPromoted
                || isOut.Count > 0
                    && walk.State.Clusters.Any(c => c is { Withdrawn: null, Stage: ClusterStage.Promoted })
            )
        );

    [Fact]
    public void PlanAndClusters_StandInTheSameOrder() =>
        ForEach(walk =>
            walk.Steps.All(step =>
                step.After.Plan is not { } plan
                || plan.Clusters.Select(c => c.Name).SequenceEqual(step.After.Clusters.Select(c => c.Name))
            )
        );

    [Fact]
    public void AWave_HasNoClusterThatIsOut() =>
        ForEach(walk =>
            walk.Steps.All(step =>
                step.After is not { Phase: RolloutPhase.Running, Wave: { } wave }
                || step.After.Clusters.Where(c => wave.Has(c.Name)).All(c => c.Withdrawn is null)
            )
        );

    [Fact]
    public void AnId_HasOneMeaningForEver() =>
        ForEach(walk =>
            walk.Events.Select(CommandOf)
                .OfType<ControlCommand>()
                .GroupBy(c => c.Id)
                .All(sent =>
                    sent.Select(c => ControlCodec.Encode(c with { Epoch = 0 })).Distinct(Bytes.Same).Count() == 1
                )
        );

    [Fact]
    public void Epochs_AndIds_OnlyGrow() =>
        ForEach(walk =>
        {
            var issued = walk.Events.OfType<CommandIssued>().ToList();
            return issued.Select(e => e.Number).SequenceEqual(Enumerable.Range(1, issued.Count))
                && issued.Zip(issued.Skip(1)).All(pair => pair.First.Command.Epoch <= pair.Second.Command.Epoch);
        });

    [Fact]
    public void Events_ReadBackFromTheJournal_GiveTheSameState() =>
        ForEach(walk =>
        {
            var reread = walk
                .Events.Select(e => EventCodec.Decode(EventCodec.NameOf(e), EventCodec.Encode(e)))
                .ToList();
            var state = Evolution.Fold(RolloutState.Initial, reread);
            return Bytes.Same.Equals(Snapshot(state), Snapshot(walk.State))
                && reread
                    .Zip(walk.Events)
                    .All(p => Bytes.Same.Equals(EventCodec.Encode(p.First), EventCodec.Encode(p.Second)));
        });

    [Fact]
    public void Time_WhenADeadlineHasPassed_HasTheNextOneLater() =>
        ForEach(walk =>
            walk.Steps.All(step =>
                step.Command is not PassTime pass || !(Deadlines.Next(step.After, pass.ObservedUntil) <= pass.Time)
            )
        );

    [Fact]
    public void AnActiveRollout_AlwaysSaysWhatItWaitsFor() =>
        ForEach(walk =>
            !walk.State.IsActive
            || !walk.State.Holds.IsEmpty
            || !walk.State.Pending.IsEmpty
            || Deadlines.Next(walk.State, null) is not null
        );

    [Fact]
    public void Growth_NeverHappensWhileHeld() =>
        ForEach(walk =>
            walk.Steps.All(step =>
                !step.Before.IsHeld(HoldKind.Operator)
                || step.Command is ResumeRollout or PromoteRollout
                || !step.Events.Any(e => e is StepPassed)
            )
        );

    [Fact]
    public void AStep_BeginsWhenAllOfItsWaveHaveTheWeight() =>
        ForEach(walk =>
            walk.Steps.All(step =>
                step.Events.OfType<StepStarted>()
                    .All(started =>
                        step.After.Clusters.Where(c => step.After.Wave!.Has(c.Name))
                            .All(c => c.WeightPct == started.WeightPct)
                    )
            )
        );

    [Fact]
    public void AWave_MovesInLockstep() =>
        ForEach(walk =>
            walk.Steps.All(step =>
                step.After.Phase != RolloutPhase.Running
                || step.After.Forced
                || step.After is not { Wave: { } wave, Step.Phase: StepPhase.Baking }
                || step.After.Clusters.Where(c => wave.Has(c.Name)).All(c => c.Stage == ClusterStage.Canary)
                    && step.After.Clusters.Where(c => !wave.Has(c.Name) && c.Withdrawn is null)
                        .All(c => c.Stage != ClusterStage.Canary)
            )
        );

    [Fact]
    public void ARevision_KeepsEveryClusterAndWhatHasBegun() =>
        ForEach(walk =>
            walk.Steps.Where(step =>
                    step.Events.Any(e => e is PlanRevised) && !step.Events.Any(e => e is ClustersRolledBack)
                )
                .All(step =>
                {
                    var (before, after) = (step.Before.Plan!.Clusters, step.After.Plan!.Clusters);
                    var begun = step.Before.Step!.Cluster + step.Before.Wave!.Clusters.Count;
                    return after.Take(begun).SequenceEqual(before.Take(begun))
                        && after.Select(c => c.Name).Order().SequenceEqual(before.Select(c => c.Name).Order())
                        && after.Select(c => c.Name).SequenceEqual(step.After.Clusters.Select(c => c.Name));
                })
        );

    [Fact]
    public void Walks_ReachWavesOfSeveralClustersInEveryPhase()
    {
        var phases = new HashSet<StepPhase>();
        var random = new Random(20261122);
        for (var i = 0; i < Sequences; i++)
        {
            var walk = new Walk();
            for (var n = 0; n < 120; n++)
                walk.Take(random.Next(1 << 20));
            phases.UnionWith(
                walk.Steps.Select(step => step.After)
                    .Where(state => state is { Wave.Clusters.Count: > 1 })
                    .Select(state => state.Step!.Phase)
            );
        }

        phases.ShouldBe(Enum.GetValues<StepPhase>(), ignoreOrder: true);
    }

    [Fact]
    public void Walks_ReachEveryKindOfEvent()
    {
        var random = new Random(20261122);
        var seen = new HashSet<string>();
        for (var i = 0; i < Sequences / 5; i++)
        {
            var walk = new Walk();
            for (var n = 0; n < 120; n++)
                walk.Take(random.Next(1 << 20));
            seen.UnionWith(walk.Events.Select(EventCodec.NameOf));
        }

        EventCodec.Names.Except(seen).ShouldBeEmpty();
    }

    private static void ForEach(Func<Walk, bool> holds) =>
        Prop.ForAll(
                Arb.From(Gen.Choose(0, 1 << 20).ArrayOf(), ArbMap.Default.ArbFor<int[]>().Shrinker),
                numbers =>
                {
                    var walk = new Walk();
                    foreach (var number in numbers)
                        walk.Take(number);
                    return holds(walk);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Sequences).WithEndSize(120).WithReplay(20261122, 7));

    private static ControlCommand? CommandOf(RolloutEvent happened) =>
        happened switch
        {
            CommandIssued e => e.Command,
            CommandResent e => e.Command,
            _ => null,
        };

    /// <summary>All that decisions depend on, as text.</summary>
    private static byte[] Snapshot(RolloutState s) =>
        System.Text.Encoding.UTF8.GetBytes(
            string.Join(
                '\n',
                [
                    $"{s.Phase} {s.Epoch} {s.LastCommand} {s.Step} {s.ObservedUntil} {s.LastOverride} {s.SelectedVariant}",
                    $"{s.Forced} {s.Outcome} {s.OwnedSince} {s.WithdrawnSince} {s.Unconfirmed} {Deadlines.Next(s, null)}",
                    .. s.Clusters.Select(c => $"{c}"),
                    .. s.Holds.Select(h => $"{h}"),
                    .. s.Anomalies.Select(a => $"{a}"),
                    .. s.Labels.Select(l => $"{l}"),
                    .. s.Pending.Select(p =>
                        $"{p.Number} {p.SentAt} {p.Attempt} {p.FailedAttempt} {p.Error} {p.Unresponsive}"
                    ),
                ]
            )
        );
}
