using System.Text.Json;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>
/// What an outside consumer finds when all is over: the topics whole, and everything in them that contradicts the contract, as
/// sentences. It knows the wire and nothing else.
/// </summary>
internal sealed class Audit
{
    private readonly List<string> _findings = [];

    private Audit(string bootstrap)
    {
        Control = [.. Outside.ReadAll(bootstrap, Topics.Control).Select(CommandOf)];
        Events = [.. Outside.ReadAll(bootstrap, Topics.Events).Select(record => new EventSeen(record))];
        Signals = SignalAudit.Of(bootstrap);
    }

    public IReadOnlyList<ControlRecord> Control { get; }

    public IReadOnlyList<EventSeen> Events { get; }

    public SignalAudit Signals { get; }

    /// <summary>Records of commands beyond the first of an id: resent because no answer came, or published again after a crash.</summary>
    public int CommandsAgain => Control.Count - Control.Select(one => one.Command.Id).Distinct().Count();

    /// <summary>Events published again after a crash.</summary>
    public int EventsAgain => Events.Count - Events.Select(one => (one.Rollout, one.Sequence)).Distinct().Count();

    public int CommandsLost { get; private set; }

    /// <summary>Records that came after their buckets had been closed.</summary>
    public int Late { get; private set; }

    /// <summary>Everything that must not be; empty where all is as it should be.</summary>
    public IReadOnlyList<string> Findings => _findings;

    public static Audit Of(string bootstrap, IReadOnlyList<LoadedRollout> requested)
    {
        var audit = new Audit(bootstrap);
        audit.CheckSequences();
        audit.CheckCommandsOfEvents();
        audit.CheckMeanings();
        audit.CheckOrder();
        audit.CheckOutcomes(requested);
        audit.CheckRejects(bootstrap);
        return audit;
    }

    public static ControlRecord CommandOf(Found record) =>
        new(record, ControlCodec.Decode(record.Value, out var error) ?? throw new FormatException(error));

    /// <summary>From 1 on without a gap, the same content for the same number.</summary>
    private void CheckSequences()
    {
        foreach (var rollout in Events.GroupBy(one => one.Rollout))
        {
            var bySequence = rollout.GroupBy(one => one.Sequence).OrderBy(group => group.Key).ToList();
            if (
                !bySequence
                    .Select(group => group.Key)
                    .SequenceEqual(Enumerable.Range(1, bySequence.Count).Select(n => (long)n))
            )
                _findings.Add($"{rollout.Key}: its events have gaps among {bySequence[^1].Key}");
            foreach (var twice in bySequence.Where(group => group.Select(one => one.Text).Distinct().Count() > 1))
                _findings.Add($"{rollout.Key}: event {twice.Key} has two meanings");
            // Published again, but never ahead of its turn.
            long expected = 1;
            foreach (var seen in rollout)
            {
                if (seen.Sequence > expected)
                    _findings.Add($"{rollout.Key}: event {seen.Sequence} came before {expected}");
                expected = Math.Max(expected, seen.Sequence + 1);
            }
        }
    }

    private void CheckCommandsOfEvents()
    {
        var sent = Control.Select(one => one.Command.Id).ToHashSet();
        var issued = Events
            .Where(one => one.Type == "rollout.command-issued.v1")
            .Select(one => one.CommandId)
            .ToHashSet();
        foreach (var lost in issued.Except(sent))
        {
            CommandsLost++;
            _findings.Add($"{lost} was issued and isn't on {Topics.Control}");
        }
        foreach (var invented in sent.Except(issued))
            _findings.Add($"{invented} is on {Topics.Control} and was never issued");
    }

    /// <summary>One meaning per id: only its epoch, time and expiry may change when it is said again.</summary>
    private void CheckMeanings()
    {
        foreach (var id in Control.Select(one => one.Command).GroupBy(command => command.Id))
        {
            var meanings = id.Select(c => (c.Rollout, c.App, c.Cluster, c.Command, c.Version, c.Variant, c.WeightPct));
            if (meanings.Distinct().Count() > 1)
                _findings.Add($"{id.Key} has two meanings");
        }
    }

    /// <summary>As an agent reads that drops lower epochs and what it knows: nothing grows after a rollback.</summary>
    private void CheckOrder()
    {
        foreach (var place in Control.Select(one => one.Command).GroupBy(command => (command.Rollout, command.Cluster)))
        {
            var (epoch, isBack, known) = (0, false, new HashSet<string>());
            foreach (var command in place.Where(command => command.Epoch >= epoch))
            {
                epoch = command.Epoch;
                if (!known.Add(command.Id))
                    continue;
                if (isBack && command.WeightPct > 0)
                    _findings.Add($"{command.Id} raises {place.Key} to {command.WeightPct} % after its rollback");
                isBack |= command.Command == CommandKind.Rollback;
            }
        }
    }

    private void CheckOutcomes(IReadOnlyList<LoadedRollout> requested)
    {
        var ended = Events.Where(one => one.Type == "rollout.ended.v1").ToLookup(one => one.Rollout);
        foreach (var rollout in requested)
        {
            var outcomes = ended[rollout.Name].Select(one => one.Outcome).Distinct().ToList();
            var expected = rollout.IsBroken ? "rolledBack" : "promoted";
            if (outcomes is not [var outcome])
                _findings.Add($"{rollout.Name} has {outcomes.Count} ends; last: {Last(rollout.Name)}");
            else if (outcome != expected)
                _findings.Add($"{rollout.Name} is {outcome} and must be {expected}: {Why(rollout.Name)}");
        }
    }

    /// <summary>
    /// The load writes nothing that is wrong: whatever is rejected was misread, or came to the wrong place. What its client held
    /// back while the broker restarted may come after its bucket, and is kept here with that reason.
    /// </summary>
    private void CheckRejects(string bootstrap)
    {
        var rejects = Outside
            .ReadAll(bootstrap, Topics.Rejects)
            .Select(one => $"{string.Join(' ', one.Headers.Values)}: {one.Text}")
            .ToLookup(reject => reject.StartsWith("late: ", StringComparison.Ordinal));
        Late = rejects[true].Count();
        _findings.AddRange(rejects[false].Select(reject => $"rejected: {reject}"));
    }

    private string Last(string rollout) =>
        Events.LastOrDefault(one => one.Rollout == rollout)?.Text ?? "never heard of";

    private string? Why(string rollout) =>
        Events
            .Where(one => one.Rollout == rollout)
            .LastOrDefault(one =>
                one.Type is "rollout.rollback-decided.v1" or "rollout.refused.v1" or "rollout.held.v1"
            )
            ?.Text;
}

/// <summary>A record of <c>canary.events</c>.</summary>
internal sealed class EventSeen
{
    private readonly JsonElement _data;

    public EventSeen(Found record)
    {
        using var document = JsonDocument.Parse(record.Value);
        var root = document.RootElement.Clone();
        (Text, TimestampMs) = (record.Text, record.TimestampMs);
        Type = root.GetProperty("type").GetString()!;
        Rollout = root.GetProperty("rollout").GetString()!;
        Sequence = root.GetProperty("sequence").GetInt64();
        _data = root.GetProperty("data");
    }

    public string Text { get; }
    public long TimestampMs { get; }
    public string Type { get; }
    public string Rollout { get; }
    public long Sequence { get; }
    public string? CommandId => _data.GetProperty("command").GetProperty("id").GetString();
    public string? Outcome => _data.GetProperty("outcome").GetString();
}
