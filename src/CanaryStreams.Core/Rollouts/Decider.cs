using CanaryStreams.Core.Planning;

namespace CanaryStreams.Core.Rollouts;

/// <summary>
/// The rules of a rollout: pure, total, and without an exception. The same command decided again, on the state that
/// its events led to, has nothing more to say.
/// </summary>
public static class Decider
{
    /// <param name="impact">
    /// What predicts the risk, asked when a rollout is planned and when a wave is finished; null: the rule of thumb.
    /// </param>
    public static Decision Decide(RolloutCommand command, RolloutState state, IImpact? impact = null) =>
        (command, state.Phase) switch
        {
            (RequestRollout c, RolloutPhase.None) => Requests.Begin(c, state, impact),
            (RequestRollout c, _) => Requests.Again(c, state),
            (OperatorOverride, RolloutPhase.None) => Decision.Refuse("no such rollout is known"),
            (_, RolloutPhase.None or RolloutPhase.Refused) => Decision.Refuse("the rollout never began"),

            (ReceiveAck c, _) when state.IsAnswered(c.Ack.Id) => Decision.Nothing,
            (ReportOutcome c, _) => Requests.Label(c, state),
            (_, RolloutPhase.Ended) => Decision.Refuse($"the rollout has ended: {state.Outcome}"),

            (TakeOver c, _) => Acks.TakeOver(c, state),
            (ReceiveAck c, _) => Acks.Receive(c, state, impact),
            (PassTime c, _) => Deadlines.Pass(c, state),

            (ObserveBucket c, RolloutPhase.Running) => Buckets.Observe(c, state, impact),
            (ObserveBucket, _) => Decision.Nothing,

            (OperatorOverride c, _) when c.Time < state.LastOverride => Decision.Refuse(
                "a newer override has been applied"
            ),
            (CancelRollout c, RolloutPhase.Running) when Withdrawal.IsAllThatIsLeft(state) => Withdrawal.StopWaiting(
                c,
                state
            ),
            (OperatorOverride, RolloutPhase.Running) when Withdrawal.IsAllThatIsLeft(state) =>
                Withdrawal.RefuseOverride(state),
            (PauseRollout c, RolloutPhase.Running) => Overrides.Pause(c, state),
            (ResumeRollout c, RolloutPhase.Running) => Overrides.Resume(c, state),
            (PromoteRollout c, RolloutPhase.Running) => Overrides.Promote(c, state),
            (CancelRollout c, RolloutPhase.Running) => Overrides.Cancel(c, state),
            (CancelRollout c, _) => Withdrawal.StopWaiting(c, state),
            (OperatorOverride, _) => Withdrawal.RefuseOverride(state),

            _ => Decision.Nothing,
        };
}
