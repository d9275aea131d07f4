using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Times that follow from a policy's.</summary>
internal static class PolicyTimes
{
    /// <summary>Keeps a policy of zeros from asking for a deadline again and again at the same moment.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestResend = TimeSpan.FromMinutes(30);

    /// <summary>How long an agent is asked to take a version out; longer than a cluster is usually away for repair.</summary>
    public static readonly TimeSpan WithdrawalAtMost = TimeSpan.FromHours(24);

    /// <summary>A verdict needs the bake and a little more: decideBy is never less than bake + staleAfter.</summary>
    public static TimeSpan TimeToDecide(this Policy policy) => Longer(policy.DecideBy, policy.Bake + policy.StaleAfter);

    /// <summary>Half of the expiry, so that there is as much time again for an agent that doesn't answer at once.</summary>
    public static TimeSpan RenewAfter(this Policy policy) => Longer(policy.CommandExpiry / 2, Least);

    public static TimeSpan ResendAfter(this Policy policy) => Longer(policy.AckTimeout, Least);

    /// <summary>
    /// A rollback is sent until it is answered, a person ends it or <see cref="WithdrawalAtMost"/> has passed: as often as
    /// any other command at first, then half as often each time, at least once in half an hour (or ackTimeout, where that
    /// is longer).
    /// </summary>
    public static TimeSpan RollbackResendAfter(this Policy policy, int attempt)
    {
        var wait = policy.ResendAfter();
        for (var beyond = attempt - policy.AckRetries; beyond > 0 && wait < LongestResend; beyond--)
            wait = wait * 2 < LongestResend ? wait * 2 : LongestResend;
        return wait;
    }

    /// <summary>
    /// How long an anomaly has to last in the watch before it can roll back: the horizon, or half of a watch that is too short
    /// for that.
    /// </summary>
    public static TimeSpan LastsInWatch(this Policy policy) =>
        policy.Watch / 2 is { } half && half < policy.Horizon ? half : policy.Horizon;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
