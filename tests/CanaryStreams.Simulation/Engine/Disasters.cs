using CanaryStreams.Simulation.Broker;
using CanaryStreams.Simulation.Journal;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Engine;

/// <summary>What befalls whole machines and the ways between them.</summary>
internal sealed class Disasters(SimulatedWorld world, SimulatedBroker broker, JournalServer journal, Cluster cluster)
    : IActor
{
    public string Name => "disasters";

    public bool CanStep => !world.IsCalm;

    public void Step()
    {
        if (world.Strikes(FaultKind.BrokerOutage, Name, "the broker"))
            broker.AwayUntilMs = world.NowMs + world.Between(200, 15_000);
        if (world.Strikes(FaultKind.JournalOutage, Name, "the journal"))
            journal.AwayUntilMs = world.NowMs + world.Between(200, 15_000);
        foreach (var process in cluster.Running)
        {
            if (!process.IsAlive)
                continue;
            if (world.Strikes(FaultKind.BrokerCut, process.Name, "its way to the broker"))
                process.BrokerCutUntilMs = world.NowMs + world.Between(200, 15_000);
            if (world.Strikes(FaultKind.JournalCut, process.Name, "its way to the journal"))
                process.JournalCutUntilMs = world.NowMs + world.Between(200, 15_000);
            if (process.CanStep && world.Strikes(FaultKind.Restart, process.Name, "an operator's hand"))
                cluster.Restart(process.Name);
        }
    }
}
