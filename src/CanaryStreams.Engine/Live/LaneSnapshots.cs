using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Snapshots;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// The newest snapshot of each partition's lane. None is kept for the embedded broker, whose records don't outlive the
/// process. A store that fails costs a longer start and nothing else; one that is away for a moment is waited for, since all that
/// would be read again takes longer.
/// </summary>
/// <param name="store">Null where none are kept.</param>
/// <param name="group">Tells engines over one store apart.</param>
internal sealed class LaneSnapshots(ISnapshotStore? store, string group, TimeSpan every, ILogger logger)
{
    /// <summary>
    /// A lane's first snapshot comes so much sooner than the next ones: where processes live for less than an interval, a lane would
    /// otherwise never get as far as one, and each life would have more to read again than the one before.
    /// </summary>
    private const int FirstShare = 12;

    /// <summary>
    /// A database that starts again is back by then. The role stands still meanwhile, and is taken for stuck when that takes much longer.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private long _awaySince;

    public bool AreKept => store is not null;

    /// <summary>One lane at a time has its state in memory twice, and they don't all come together.</summary>
    public SnapshotTurns Turns { get; } = new(every);

    /// <summary>Where a snapshot is saved, so that signals don't wait for the store: on a thread of its own.</summary>
    public Func<Action, Task> Runs { get; init; } = Task.Run;

    /// <summary>Waits before the store is asked again; false where that mustn't be waited for any more.</summary>
    public Func<TimeSpan, bool> MayWait { get; init; } = _ => false;

    /// <param name="sinceLast">Since this life of the lane has captured its state, or since it began.</param>
    public bool IsDue(TimeSpan sinceLast, bool isFirst) =>
        AreKept && sinceLast >= (isFirst ? every / FirstShare : every);

    /// <returns>False where the store has failed; that is logged.</returns>
    public bool Save(int partition, LaneSnapshot snapshot)
    {
        try
        {
            using var bytes = snapshot.ToBytes();
            store?.Write(KeyOf(partition), bytes.Span);
            Interlocked.Exchange(ref _awaySince, 0);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LiveLog.SnapshotNotSaved(logger, partition, error.Message);
            return false;
        }
    }

    /// <summary>Null where there is none that can be read.</summary>
    public LaneSnapshot? Load(int partition)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var read = store?.Read(KeyOf(partition));
                Interlocked.Exchange(ref _awaySince, 0);
                return read is { } bytes ? LaneSnapshot.From(bytes) : null;
            }
            catch (JournalUnavailableException away) when (IsWaitedFor())
            {
                LiveLog.Waits(logger, "the lanes' snapshots", attempt, away.Message);
                if (MayWait(Backoff.After(attempt)))
                    continue;
                return null;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LiveLog.SnapshotNotRead(logger, partition, error.Message);
                return null;
            }
        }
    }

    /// <summary>For all lanes of a role together: behind one that has waited in vain the next one doesn't.</summary>
    private bool IsWaitedFor()
    {
        var now = TimeProvider.System.GetTimestamp();
        var since = Interlocked.CompareExchange(ref _awaySince, now, 0);
        return TimeProvider.System.GetElapsedTime(since == 0 ? now : since) < Patience;
    }

    private string KeyOf(int partition) => $"{group}/lane/{partition}";
}
