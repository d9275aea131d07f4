namespace CanaryStreams.Engine.Supervision;

/// <summary>What became of a batch.</summary>
/// <param name="Appended">Events now in the journal.</param>
/// <param name="Refusals">Inputs that led to nothing, or to a refusal, and why; for <c>canary.rejects</c> or a log.</param>
/// <param name="Lost">Rollouts that this supervisor no longer decides.</param>
public sealed record SupervisorResult(
    int Appended,
    IReadOnlyList<InputRefusal> Refusals,
    IReadOnlyList<LostRollout> Lost
);

/// <param name="Index">The input's place in the batch.</param>
/// <param name="Reason">A sentence.</param>
public sealed record InputRefusal(int Index, string Rollout, string Reason);

public enum LossCause
{
    /// <summary>Another process has written to the rollout's stream: it owns it now.</summary>
    TakenOver,

    /// <summary>The rollout's stream can't be read.</summary>
    Corrupt,
}

public sealed record LostRollout(string Rollout, LossCause Cause, string Reason);
