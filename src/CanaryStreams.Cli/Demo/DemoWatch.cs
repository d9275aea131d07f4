using System.Text.Json;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;

namespace CanaryStreams.Cli.Demo;

/// <summary>What an onlooker knows who reads the engine's topics and nothing else.</summary>
internal sealed class DemoWatch(KafkaSettings kafka)
{
    private readonly Lock _gate = new();
    private readonly List<WatchedRollout> _rollouts = [.. DemoScenario.Updates.Select(u => new WatchedRollout(u))];
    private readonly List<DemoLine> _lines = [];
    private readonly HashSet<string> _commands = [];
    private readonly HashSet<string> _reasons = [];

    public IReadOnlyList<WatchedRollout> Rollouts => _rollouts;

    public bool HaveAllEnded
    {
        get
        {
            lock (_gate)
                return _rollouts.All(rollout => rollout.Outcome is not null);
        }
    }

    /// <summary>The healthy update is promoted in every cluster, the failing one rolled back.</summary>
    public bool IsAsItShouldBe
    {
        get
        {
            lock (_gate)
                return _rollouts.All(rollout => rollout.IsAsItShouldBe);
        }
    }

    /// <summary>Commands and decisions so far, oldest first.</summary>
    public IReadOnlyList<DemoLine> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    /// <summary>Newest signals of a rollout's canary in one cluster, by metric.</summary>
    public IReadOnlyList<Signal> SignalsOf(WatchedRollout rollout)
    {
        lock (_gate)
            return [.. rollout.Newest.Values.Where(signal => signal.Cluster == rollout.Cluster)];
    }

    public async Task RunAsync(CancellationToken stop)
    {
        await Task.Yield();
        using var consumer = new PartitionConsumer(kafka with { Group = "demo-watch" });
        consumer.Subscribe(Topics.Signals, Topics.Control);
        using var events = new PartitionConsumer(kafka with { Group = "demo-watch-events" });
        events.Subscribe(Topics.Events);
        while (!stop.IsCancellationRequested)
        {
            foreach (var consumed in (PartitionConsumer[])[events, consumer])
            {
                foreach (var batch in consumed.Poll(TimeSpan.FromMilliseconds(20), 1000))
                {
                    using (batch)
                    {
                        lock (_gate)
                        {
                            foreach (var record in batch.Records)
                                Take(record);
                        }
                    }
                }
            }
        }
    }

    private void Take(in RawRecord record)
    {
        switch (record.Topic)
        {
            case Topics.Signals when SignalCodec.Decode(record.Value.Span, out _) is { } signal:
                _rollouts.Find(rollout => rollout.Update.Rollout == signal.Rollout)?.Take(signal);
                break;
            case Topics.Control when ControlCodec.Decode(record.Value.Span, out _) is { } command:
                // Sent again it is still the same command.
                if (!_commands.Add(command.Id))
                    break;
                var weight = command.Command == CommandKind.SetCanary ? $" {command.WeightPct} %" : "";
                var words = $"{DemoText.Name(command.Command)}{weight} in {command.Cluster}";
                Add(command.Time, command.Rollout, words, WhyOf(command));
                break;
            case Topics.Events:
                TakeEvent(record);
                break;
        }
    }

    /// <summary>A rollback gives its long reason to every cluster; one line with it is enough.</summary>
    private string? WhyOf(ControlCommand command) =>
        command.Command != CommandKind.Rollback || _reasons.Add(command.Reason.Summary) ? command.Reason.Summary : null;

    private void TakeEvent(in RawRecord record)
    {
        using var json = JsonDocument.Parse(record.Value);
        var name = json.RootElement.GetProperty("type").GetString()!;
        var rolloutId = json.RootElement.GetProperty("rollout").GetString()!;
        var payload = JsonSerializer.SerializeToUtf8Bytes(json.RootElement.GetProperty("data"));
        var happened = EventCodec.Decode(name, payload);
        if (_rollouts.Find(r => r.Update.Rollout == rolloutId) is not { } rollout)
            return;
        rollout.Take(happened);
        if (happened is RollbackDecided decided)
            _reasons.Add(decided.Summary);
        if (DemoText.Sentence(happened) is { } sentence)
            Add(happened.Time, rolloutId, sentence, null);
    }

    private void Add(DateTimeOffset time, string rollout, string words, string? why) =>
        _lines.Add(new DemoLine(time, rollout, words, why));
}

/// <param name="Why">The reason that came with it; null where the words say it.</param>
internal sealed record DemoLine(DateTimeOffset Time, string Rollout, string Words, string? Why);
