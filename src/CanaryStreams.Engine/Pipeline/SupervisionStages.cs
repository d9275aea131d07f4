using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Engine.Pipeline;

/// <summary>How the stages in front of the journal are made.</summary>
public sealed record SupervisionStages(
    Func<IStage<SupervisionInput, ReadBatch>> Read,
    Func<IStage<ReadBatch, DecidedBatch>> Decide
);

/// <summary>What a host gives the supervisors.</summary>
/// <param name="Records">Of signals, updates and acknowledgements; none in a tick.</param>
/// <param name="Signals">Signals of a lane of the same process, decoded already; they come behind the records.</param>
/// <param name="ClockMs">The clock, Unix milliseconds.</param>
/// <param name="ClockDecides">
/// Whether deadlines may pass by the clock after these records: only when nothing older waits behind them.
/// </param>
/// <param name="Owner">What the records' bytes live in.</param>
public sealed record SupervisionInput(
    IReadOnlyList<RawRecord> Records,
    IReadOnlyList<Signal> Signals,
    long ClockMs,
    bool ClockDecides,
    IDisposable? Owner = null
);

/// <param name="CompleteSignals">
/// By partition the offset behind the last signal that nothing is gathered for any more: a bucket's signals wait in memory
/// for its last one, so only up to there may offsets be committed.
/// </param>
/// <param name="Origins">For each input the record element that it was read from; null for a lane's own signals.</param>
public sealed record ReadBatch(
    IReadOnlyList<SupervisorInput> Inputs,
    IReadOnlyList<RawRecord?> Origins,
    List<Reject> Rejects,
    IReadOnlyDictionary<int, long> CompleteSignals,
    SupervisionInput Input
);

/// <summary>What follows from a batch is in the journal; what is left is to publish it.</summary>
/// <param name="Appended">Events that the journal has grown by.</param>
/// <param name="CompleteSignals">As in <see cref="ReadBatch"/>.</param>
public sealed record DecidedBatch(
    int Appended,
    IReadOnlyList<LostRollout> Lost,
    IReadOnlyList<Reject> Rejects,
    IReadOnlyDictionary<int, long> CompleteSignals,
    SupervisionInput Input
);
