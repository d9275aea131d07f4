using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Simulation.Broker;
using CanaryStreams.Simulation.Journal;

namespace CanaryStreams.Simulation.Checks;

/// <summary>The journal, and canary.control against it.</summary>
internal sealed class JournalChecks(JournalServer journal)
{
    private readonly UpdateDecoder _updates = new(
        new Dictionary<string, Core.Policies.Policy>
        {
            ["default"] = new(),
            ["Promote"] = new(),
            ["Rollback"] = new(),
        }
    );
    private readonly Dictionary<int, long> _claims = [];
    private readonly Dictionary<string, long> _versions = [];
    private readonly Dictionary<string, (long Claim, int Epoch)> _issuedUnder = [];
    private readonly Dictionary<string, HashSet<string>> _journalled = [];
    private readonly Dictionary<string, string> _meanings = [];
    private readonly HashSet<string> _onControl = [];
    private readonly HashSet<string> _answers = [];
    private readonly HashSet<(string Rollout, DateTimeOffset Time)> _asked = [];
    private readonly AgentView _agents = new();

    public JournalView View { get; } = new();

    public void OnClaim(Claim claim) => _claims[claim.Partition] = claim.Number;

    public void OnUpdate(in RawRecord record)
    {
        if (_updates.Decode(record.Value.Span, out _) is { } update)
            _asked.Add((update.Rollout, update.Command.Time));
    }

    public void OnAck(in RawRecord record)
    {
        if (AckCodec.Decode(record.Value.Span, out _) is { } ack)
            _answers.Add(ack.Id);
    }

    public void OnAppended(string by, Claim claim, IReadOnlyList<StreamAppend> appends, SignalChecks signals)
    {
        Invariants.Require(
            _claims.GetValueOrDefault(claim.Partition) == claim.Number,
            "an ended claim writes nothing",
            () => $"{by} appends under claim {claim.Number} of partition {claim.Partition}"
        );
        foreach (var append in appends)
        {
            var rollout = RolloutStream.RolloutOf(append.Stream)!;
            var version = _versions.GetValueOrDefault(rollout);
            Invariants.Require(
                append.ExpectedVersion == version,
                "versions have no gaps",
                () => $"{by} appends to {rollout} at {append.ExpectedVersion}, not {version}"
            );
            _versions[rollout] = version + append.Events.Count;
            foreach (var one in append.Events)
                Fold(rollout, EventCodec.Decode(one.Type, one.Payload.Span), claim, signals);
        }
    }

    public void OnControl(in RawRecord record)
    {
        var bytes = Convert.ToBase64String(record.Value.Span);
        var command = ControlCodec.Decode(record.Value.Span, out _)!;
        Invariants.Require(
            _journalled.GetValueOrDefault(command.Id)?.Contains(bytes) == true,
            "no command is invented",
            () => $"{command.Id} at epoch {command.Epoch} isn't in the journal as it is sent"
        );
        _onControl.Add(bytes);
        _agents.See(command);
    }

    /// <summary>What is marked as published has to be there.</summary>
    public void OnMark(int partition, long before, long position)
    {
        foreach (var recorded in journal.Store.ReadOutbox(partition, before, int.MaxValue).Events)
        {
            if (recorded.Position <= position)
                RequirePublished(recorded, "the mark follows the broker");
        }
    }

    /// <summary>A record of an input whose offset is committed has led to all that it leads to.</summary>
    public void RequireDone(in RawRecord record, SimulatedBroker broker)
    {
        const string invariant = "offsets follow what they caused";
        var at = (record.Topic, record.Partition, record.Offset);
        if (
            record.Topic == Topics.Updates
            && _updates.Decode(record.Value.Span, out _) is { Command: RequestRollout } update
        )
            Invariants.Require(
                !View.IsUnknown(update.Rollout),
                invariant,
                () => $"{at} is committed and the journal doesn't know {update.Rollout}"
            );
        if (
            record.Topic == Topics.Acks
            && AckCodec.Decode(record.Value.Span, out _) is { Status: AckStatus.Applied } ack
            && View.Of(ack.Rollout).Pending.Any(pending => pending.Command.Id == ack.Id)
        )
            throw new World.BrokenInvariantException(
                invariant,
                $"{at} is committed and {ack.Id} still waits for its answer"
            );
    }

    public void AtEnd(SimulatedBroker broker, long nowMs)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(nowMs);
        foreach (var (rollout, state) in View.States)
        {
            var waits = string.Join("; ", state.Holds.Select(hold => hold.Reason));
            Invariants.Require(
                !state.IsActive,
                "every rollout ends",
                () => $"{rollout} is {state.Phase} at {now:HH:mm:ss}, {state.Pending.Length} pending, held: {waits}"
            );
            Invariants.Require(
                state.Outcome != RolloutOutcome.PartlyPromoted
                    || state.Clusters.All(c => c.Withdrawn is not null || c.Stage == ClusterStage.Promoted),
                "what goes on without a cluster is promoted in all others",
                () => $"{rollout}: {string.Join("; ", state.Clusters)}"
            );
        }
        for (var partition = 0; partition < broker.Partitions; partition++)
        {
            foreach (var recorded in journal.Store.ReadOutbox(partition, 0, int.MaxValue).Events)
                RequirePublished(recorded, "no command is lost");
            foreach (var record in broker.Log(Topics.Updates, partition))
                RequireKnown(record);
        }
    }

    private void RequireKnown(in RawRecord record)
    {
        if (_updates.Decode(record.Value.Span, out _) is { Command: RequestRollout } update)
            Invariants.Require(!View.IsUnknown(update.Rollout), "no request is lost", () => update.Rollout);
    }

    private void RequirePublished(RecordedEvent recorded, string invariant)
    {
        if (EventRecord.ForControl(RolloutStream.Decode(recorded)) is not { } command)
            return;
        Invariants.Require(
            _onControl.Contains(Convert.ToBase64String(command.Value.Span)),
            invariant,
            () => $"{recorded.Type} of {recorded.Stream} (version {recorded.Version}) isn't on canary.control"
        );
    }

    private void Fold(string rollout, RolloutEvent happened, Claim claim, SignalChecks signals)
    {
        var before = View.Of(rollout);
        Explanations.Require(rollout, happened, before, signals, _asked, _answers);
        if (happened is CommandIssued issued)
            OnIssued(rollout, issued, before, claim);
        if (happened is CommandIssued or CommandResent)
            Remember(EventRecord.ForControl(happened)!, happened);
        View.Set(rollout, Evolution.Evolve(before, happened));
    }

    private void OnIssued(string rollout, CommandIssued issued, RolloutState before, Claim claim)
    {
        Invariants.Require(
            issued.Number == before.LastCommand + 1 && issued.Command.Id == $"{rollout}/{issued.Number}",
            "an id has one meaning",
            () => $"{issued.Command.Id} is issued behind number {before.LastCommand}"
        );
        var under = _issuedUnder.GetValueOrDefault(rollout);
        Invariants.Require(
            issued.Command.Epoch == before.Epoch && (under.Claim == claim.Number || under.Epoch < issued.Command.Epoch),
            "each owner has an epoch of its own",
            () =>
                $"{issued.Command.Id} has epoch {issued.Command.Epoch} under claim {claim.Number}, as under {under.Claim}"
        );
        _issuedUnder[rollout] = (claim.Number, issued.Command.Epoch);
    }

    /// <summary>All sendings of a command say the same; only the epoch follows the owner.</summary>
    private void Remember(OutputRecord record, RolloutEvent happened)
    {
        var command = happened is CommandIssued issued ? issued.Command : ((CommandResent)happened).Command;
        var meaning = Convert.ToBase64String(ControlCodec.Encode(command with { Epoch = 0 }));
        Invariants.Require(
            _meanings.TryAdd(command.Id, meaning) || _meanings[command.Id] == meaning,
            "an id has one meaning",
            () => $"{command.Id} says two things"
        );
        if (!_journalled.TryGetValue(command.Id, out var known))
            _journalled[command.Id] = known = [];
        known.Add(Convert.ToBase64String(record.Value.Span));
    }
}
