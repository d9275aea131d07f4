using CanaryStreams.Engine.Snapshots;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// The newest snapshot of each partition's lane. None is kept for the embedded broker, whose records don't outlive the
/// process. A store that fails costs a longer start and nothing else.
/// </summary>
/// <param name="store">Null where none are kept.</param>
/// <param name="group">Tells engines over one store apart.</param>
internal sealed class LaneSnapshots(ISnapshotStore? store, string group, TimeSpan every, ILogger logger)
{
    public bool AreKept => store is not null;

    public bool IsDue(TimeSpan sinceLast) => AreKept && sinceLast >= every;

    public void Save(int partition, LaneSnapshot snapshot)
    {
        try
        {
            store?.Write(KeyOf(partition), snapshot.ToBytes());
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LiveLog.SnapshotNotSaved(logger, partition, error.Message);
        }
    }

    /// <summary>Null where there is none that can be read.</summary>
    public LaneSnapshot? Load(int partition)
    {
        try
        {
            return store?.Read(KeyOf(partition)) is { } bytes ? LaneSnapshot.From(bytes) : null;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LiveLog.SnapshotNotRead(logger, partition, error.Message);
            return null;
        }
    }

    private string KeyOf(int partition) => $"{group}/lane/{partition}";
}
