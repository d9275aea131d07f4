using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Times that follow from a policy's.</summary>
internal static class PolicyTimes
{
    /// <summary>Keeps a policy of zeros from asking for a deadline again and again at the same moment.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>A verdict needs the bake and a little more: decideBy is never less than bake + staleAfter.</summary>
    public static TimeSpan TimeToDecide(this Policy policy) => Longer(policy.DecideBy, policy.Bake + policy.StaleAfter);

    /// <summary>Half of the expiry, so that there is as much time again for an agent that doesn't answer at once.</summary>
    public static TimeSpan RenewAfter(this Policy policy) => Longer(policy.CommandExpiry / 2, Least);

    public static TimeSpan ResendAfter(this Policy policy) => Longer(policy.AckTimeout, Least);

    /// <summary>A rollback is sent without end: as often as any other command at first, then half as often each time, to an eighth.</summary>
    public static TimeSpan RollbackResendAfter(this Policy policy, int attempt)
    {
        var beyond = Math.Clamp(attempt - policy.AckRetries, 0, 3);
        return policy.ResendAfter() * (1 << beyond);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
