using CanaryStreams.Engine.Live;
using CanaryStreams.Engine.Snapshots;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Engine;

/// <summary>The store of all processes, as one of them sees it. A value is whole or isn't there.</summary>
internal sealed class SimulatedSnapshots(
    SimulatedWorld world,
    SimulatedProcess process,
    Dictionary<string, byte[]> store
) : ISnapshotStore
{
    public byte[]? Read(string key)
    {
        process.Point("before reading a snapshot");
        if (world.Strikes(FaultKind.SnapshotLost, process.Name, "read"))
            store.Remove(key);
        return store.GetValueOrDefault(key);
    }

    public void Write(string key, ReadOnlySpan<byte> bytes)
    {
        var copy = bytes.ToArray();
        process.Point("before saving a snapshot");
        if (world.Strikes(FaultKind.SnapshotLost, process.Name, "write"))
            throw new IOException("the disk is full");
        var partition = int.Parse(key[(key.LastIndexOf('/') + 1)..]);
        world.Checks.OnSnapshot(partition, LaneSnapshot.From(copy)!);
        world.Tell(process.Name, $"saves a snapshot of lane {partition}: {copy.Length} bytes");
        store[key] = copy;
        process.Point("after saving a snapshot");
    }

    public void Delete(string key) => store.Remove(key);
}
