using System.Text;
using CanaryStreams.Agent;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Simulation.Broker;
using CanaryStreams.Simulation.Engine;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Fleet;

/// <summary>
/// The agent of one application in one cluster: reads commands in the order of their partition, at least once each, and answers.
/// It may be away for a while, or begin anew and know only what the topic tells it.
/// </summary>
internal sealed class SimulatedAgent(
    SimulatedWorld world,
    SimulatedBroker broker,
    Scenario scenario,
    Application application,
    int number
) : IActor
{
    private readonly string _app = application.Name;
    private readonly string _cluster = $"c{number}";
    private const int AgainMax = 3;
    private readonly SimulatedTraffic _traffic = new(world, application, number);
    private readonly int _partition = broker.PartitionOf(application.Name);
    private DeploymentAgent? _agent;
    private int _next;
    private long _awayUntilMs;

    public string Name { get; } = $"agent {application.Name} c{number}";

    public bool CanStep => world.NowMs >= _awayUntilMs && !broker.IsAway;

    public void Step()
    {
        if (world.Strikes(FaultKind.AgentDown, Name, "its machine"))
        {
            _awayUntilMs = world.NowMs + world.Between(1_000, 25_000);
            return;
        }
        _agent ??= NewAgent();
        _traffic.Expires(() => _agent.ExpireAt(Now));
        var log = broker.Log(Topics.Control, _partition);
        if (_next >= log.Count)
            return;
        var command = ControlCodec.Decode(log[_next].Value.Span, out _)!;
        if (command.App == _app && command.Cluster == _cluster)
            Answer(Handle(command), command);
        _next++;
    }

    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(world.NowMs);

    /// <summary>As the contract asks: it hears what its topic holds before it does anything.</summary>
    private DeploymentAgent NewAgent()
    {
        var agent = new DeploymentAgent(_app, _cluster, _traffic);
        if (scenario.Mutant == Mutant.AgentRecallsNothing)
            return agent;
        foreach (var record in broker.Log(Topics.Control, _partition))
            agent.Recall(Seen(ControlCodec.Decode(record.Value.Span, out _)!));
        return agent;
    }

    private Acknowledgement? Handle(ControlCommand command)
    {
        _traffic.Refuses = world.Strikes(FaultKind.AgentRefusal, Name, command.Id);
        var ack = _agent!.Handle(Seen(command), Now);
        world.Tell(
            Name,
            $"{command.Id} e{command.Epoch} {command.Command} {command.WeightPct} %: {ack?.Status.ToString() ?? "dropped"}"
        );
        return ack is null ? null : ack with { Id = command.Id };
    }

    private ControlCommand Seen(ControlCommand command) =>
        scenario.Mutant == Mutant.AgentIgnoresIds ? command with { Id = $"{command.Id}~{world.Steps}" } : command;

    private void Answer(Acknowledgement? ack, ControlCommand command)
    {
        if (world.Strikes(FaultKind.AgentRestart, Name, command.Id))
        {
            // Its answer may be out, its place in the topic isn't: some is read again, by an agent that remembers nothing.
            _agent = null;
            _next = Math.Max(-1, _next - 1 - (int)world.Between(0, AgainMax));
        }
        if (ack is null || world.Strikes(FaultKind.AckLost, Name, command.Id))
            return;
        var record = new OutputRecord(Topics.Acks, Encoding.UTF8.GetBytes(_app), AckCodec.Encode(ack));
        var delayMs = world.Strikes(FaultKind.AckDelayed, Name, command.Id)
            ? world.Between(1_000, 15_000)
            : world.Between(0, 200);
        Send(record, delayMs);
        if (world.Strikes(FaultKind.AckDuplicated, Name, command.Id))
            Send(record, delayMs + world.Between(0, 5_000));
    }

    private void Send(OutputRecord record, long afterMs) =>
        world.Later(
            afterMs,
            () =>
            {
                if (broker.IsAway)
                    Send(record, 500);
                else
                    broker.Append(record, Name);
            }
        );
}

/// <summary>The traffic that an agent moves; it stays as it is when the agent begins anew.</summary>
internal sealed class SimulatedTraffic(SimulatedWorld world, Application application, int cluster) : ITraffic
{
    private readonly string _name = $"agent {application.Name} c{cluster}";
    private bool _isExpiring;

    public bool Refuses { get; set; }

    public void SetCanary(string version, string? variant, int weightPct) => Move(version, weightPct, false);

    public void SelectVariant(string version, string variant, int weightPct) => Move(version, weightPct, false);

    public void Promote(string version)
    {
        Move(version, 100, false);
        application.Stable[cluster] = version;
    }

    public void Rollback(string version)
    {
        Move(version, 0, !_isExpiring);
        if (application.Stable[cluster] == version)
            application.Stable[cluster] = Application.First;
    }

    public void Expires(Func<bool> expire)
    {
        _isExpiring = true;
        expire();
        _isExpiring = false;
    }

    private void Move(string version, int weightPct, bool isFinal)
    {
        if (Refuses && !_isExpiring)
        {
            Refuses = false;
            throw new InvalidOperationException("the proxy doesn't take it");
        }
        world.Tell(_name, $"moves {version} to {weightPct} %");
        world.Checks.OnTraffic(_name, version, weightPct, isFinal);
    }
}
