namespace CanaryStreams.Simulation.Engine;

/// <summary>A bug put in on purpose, so that the simulation is known to be able to fail. Each sits in the simulated host only.</summary>
internal enum Mutant
{
    None,

    /// <summary>Commands go out beside the journal, before the append.</summary>
    PublishBeforeJournal,

    /// <summary>The supervisor's offsets are committed when records are taken, not when what they caused is journalled.</summary>
    CommitBeforeJournal,

    /// <summary>The analyzer's offsets are committed when records are taken, not when their signals are out.</summary>
    CommitBeforeSignals,

    /// <summary>Offsets of signals are committed in the middle of a bucket that waits in memory for its last one.</summary>
    CommitHalfBucket,

    /// <summary>A take-over goes on under the epoch of before.</summary>
    NoEpoch,

    /// <summary>Claims and expected versions are ignored: whoever comes writes.</summary>
    NoFence,

    /// <summary>The outbox's mark moves before the broker has acknowledged.</summary>
    MarkBeforeSend,

    /// <summary>An append whose answer got lost is simply made again.</summary>
    BlindRetry,

    /// <summary>A lane's snapshot is saved before its signals are out.</summary>
    SnapshotEarly,

    /// <summary>A snapshot says that its state knows a record that it doesn't know.</summary>
    SnapshotAhead,

    /// <summary>What was published before isn't read at the start.</summary>
    NoRecall,

    /// <summary>An agent that begins anew doesn't ask what its topic holds.</summary>
    AgentRecallsNothing,

    /// <summary>An agent applies a command each time it comes.</summary>
    AgentIgnoresIds,
}
