namespace CanaryStreams.Simulation.World;

/// <summary>What the simulation does to the engine; each is counted where it happens, not where it is planned.</summary>
internal enum FaultKind
{
    /// <summary>A process ends between two steps, or in the middle of one, and begins anew later.</summary>
    Crash,

    /// <summary>One step waits, the rest of its process goes on.</summary>
    SlowStep,

    /// <summary>A whole process stands still for less than the group's session.</summary>
    Stall,

    /// <summary>A whole process stands still for longer: its partitions go to others, then it wakes up.</summary>
    Zombie,

    /// <summary>A process leaves its groups as asked, and begins anew.</summary>
    Restart,
    JournalOutage,
    JournalCut,
    JournalRefused,

    /// <summary>The journal did what it was asked for, and the caller doesn't hear of it.</summary>
    JournalAnswerLost,

    /// <summary>The caller hears of a failure, and the append is done later all the same.</summary>
    JournalLateAppend,
    BrokerOutage,
    BrokerCut,

    /// <summary>A client fails for good behind a part of a batch.</summary>
    SendBroken,

    /// <summary>What a dead or broken producer had sent arrives later.</summary>
    LateSend,
    CommitLost,

    /// <summary>A topic's newest records come later than those of other topics.</summary>
    FetchLag,
    SnapshotLost,
    AckLost,
    AckDelayed,
    AckDuplicated,
    AgentDown,
    AgentRestart,
    AgentRefusal,
    UpdateDuplicated,
    OldUpdateAgain,
    UnreadableRecord,
}
