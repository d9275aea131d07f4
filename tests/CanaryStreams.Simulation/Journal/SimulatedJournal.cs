using CanaryStreams.Engine.Journal;
using CanaryStreams.Simulation.Engine;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Journal;

/// <summary>When the one journal of all processes is away.</summary>
internal sealed class JournalServer(IJournal store)
{
    public IJournal Store { get; } = store;

    public long AwayUntilMs { get; set; }
}

/// <summary>A process's way to the journal, on which a call or its answer can get lost.</summary>
internal sealed class SimulatedJournal(SimulatedWorld world, JournalServer server, SimulatedProcess process) : IJournal
{
    public Claim Claim(int partition, string owner) =>
        Call(
            "claim",
            () =>
            {
                var claim = server.Store.Claim(partition, owner);
                world.Tell(process.Name, $"claims partition {partition}: {claim.Number}");
                world.Checks.OnClaim(claim);
                return claim;
            }
        );

    public string? OwnerOf(int partition) => Call("owner", () => server.Store.OwnerOf(partition));

    public AppendResult Append(Claim claim, IReadOnlyList<StreamAppend> appends)
    {
        if (world.Strikes(FaultKind.JournalLateAppend, process.Name, "append"))
        {
            world.Later(world.Between(10, 4_000), () => Land(claim, appends));
            throw new JournalUnavailableException("the connection was lost");
        }
        return Call("append", () => Land(claim, appends));
    }

    public IReadOnlyList<RecordedEvent> Read(string stream, long fromVersion = 1) =>
        Call("read", () => server.Store.Read(stream, fromVersion));

    public IReadOnlyList<OpenStream> ReadOpen(int partition) =>
        Call("read open", () => server.Store.ReadOpen(partition));

    public IReadOnlyList<StreamInfo> Streams(string prefix = "", string? after = null, int max = int.MaxValue) =>
        Call("streams", () => server.Store.Streams(prefix, after, max));

    public OutboxPage ReadOutbox(int partition, long afterPosition, int max) =>
        Call("read outbox", () => server.Store.ReadOutbox(partition, afterPosition, max));

    public long PublishedPosition(int partition) => Call("read mark", () => server.Store.PublishedPosition(partition));

    public void MarkPublished(int partition, long position) =>
        Call(
            "mark",
            () =>
            {
                world.Checks.OnMark(partition, server.Store.PublishedPosition(partition), position);
                server.Store.MarkPublished(partition, position);
                return true;
            }
        );

    public int Archive(Claim claim, DateTimeOffset closedBefore, int max) =>
        Call("archive", () => server.Store.Archive(claim, closedBefore, max));

    public IReadOnlyList<ArchivedStream> ReadArchive(string prefix, string? after, int max) =>
        Call("read archive", () => server.Store.ReadArchive(prefix, after, max));

    public int DropArchived(Claim claim, DateTimeOffset closedBefore, int max) =>
        Call("drop", () => server.Store.DropArchived(claim, closedBefore, max));

    public void Dispose() { }

    /// <summary>All or nothing, whenever it comes.</summary>
    private AppendResult Land(Claim claim, IReadOnlyList<StreamAppend> appends)
    {
        var result = server.Store.Append(claim, appends);
        world.Tell(
            process.Name,
            result.IsAppended
                    ? $"appends {appends.Sum(append => append.Events.Count)} events under claim {claim.Number}"
                : result.IsFenced ? $"append fenced under claim {claim.Number}"
                : $"append conflicts in {string.Join(' ', result.Conflicts)}"
        );
        if (result.IsAppended)
            world.Checks.OnAppended(process.Name, claim, appends);
        return result;
    }

    private T Call<T>(string what, Func<T> call)
    {
        process.Point($"before {what}");
        if (world.NowMs < server.AwayUntilMs || world.NowMs < process.JournalCutUntilMs)
            throw new JournalUnavailableException($"{what}: no answer");
        if (world.Strikes(FaultKind.JournalRefused, process.Name, what))
            throw new JournalUnavailableException($"{what}: refused");
        var result = call();
        process.Point($"after {what}");
        if (world.Strikes(FaultKind.JournalAnswerLost, process.Name, what))
            throw new JournalUnavailableException($"{what}: the answer got lost");
        return result;
    }
}

/// <summary>Waits in simulated time.</summary>
internal sealed class SimulatedWatch(SimulatedWorld world, SimulatedProcess process, Func<bool> isStopped)
    : IJournalWatch
{
    public void WaitFor(JournalUnavailableException away, int attempt)
    {
        world.Hold(Math.Min(250 << Math.Min(attempt, 5), 5_000));
        process.ThrowIfDead();
        if (isStopped())
            throw new OperationCanceledException("the lane has been stopped");
    }

    public void OnBack() { }

    public void OnAppended(AppendResult result, IReadOnlyList<StreamAppend> appends, TimeSpan took) { }
}
