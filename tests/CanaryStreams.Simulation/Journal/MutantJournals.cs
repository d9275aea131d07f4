using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Simulation.Engine;

namespace CanaryStreams.Simulation.Journal;

/// <summary>A journal that passes everything on.</summary>
internal abstract class PassingJournal(IJournal inner) : IJournal
{
    protected IJournal Inner { get; } = inner;

    public Claim Claim(int partition, string owner) => Inner.Claim(partition, owner);

    public string? OwnerOf(int partition) => Inner.OwnerOf(partition);

    public virtual AppendResult Append(Claim claim, IReadOnlyList<StreamAppend> appends) =>
        Inner.Append(claim, appends);

    public IReadOnlyList<RecordedEvent> Read(string stream, long fromVersion = 1) => Inner.Read(stream, fromVersion);

    public IReadOnlyList<OpenStream> ReadOpen(int partition) => Inner.ReadOpen(partition);

    public IReadOnlyList<StreamInfo> Streams(string prefix = "", string? after = null, int max = int.MaxValue) =>
        Inner.Streams(prefix, after, max);

    public virtual OutboxPage ReadOutbox(int partition, long afterPosition, int max) =>
        Inner.ReadOutbox(partition, afterPosition, max);

    public long PublishedPosition(int partition) => Inner.PublishedPosition(partition);

    public void MarkPublished(int partition, long position) => Inner.MarkPublished(partition, position);

    public int Archive(Claim claim, DateTimeOffset closedBefore, int max) => Inner.Archive(claim, closedBefore, max);

    public IReadOnlyList<ArchivedStream> ReadArchive(string prefix, string? after, int max) =>
        Inner.ReadArchive(prefix, after, max);

    public int DropArchived(Claim claim, DateTimeOffset closedBefore, int max) =>
        Inner.DropArchived(claim, closedBefore, max);

    public void Dispose() => Inner.Dispose();

    protected static RolloutEvent Decoded(JournalEvent one) => EventCodec.Decode(one.Type, one.Payload.Span);
}

/// <summary><see cref="Mutant.PublishBeforeJournal"/></summary>
internal sealed class PublishingJournal(IJournal inner, Action<OutputRecord> send) : PassingJournal(inner)
{
    public override AppendResult Append(Claim claim, IReadOnlyList<StreamAppend> appends)
    {
        foreach (var one in appends.SelectMany(append => append.Events))
            if (EventRecord.ForControl(Decoded(one)) is { } command)
                send(command);
        return Inner.Append(claim, appends);
    }
}

/// <summary><see cref="Mutant.NoEpoch"/></summary>
internal sealed class SameEpochJournal(IJournal inner) : PassingJournal(inner)
{
    public override AppendResult Append(Claim claim, IReadOnlyList<StreamAppend> appends) =>
        Inner.Append(claim, [.. appends.Select(append => append with { Events = [.. append.Events.Select(Changed)] })]);

    private static JournalEvent Changed(JournalEvent one)
    {
        RolloutEvent changed = Decoded(one) switch
        {
            OwnershipTaken e => e with { Epoch = 1 },
            CommandIssued e => e with { Command = e.Command with { Epoch = 1 } },
            CommandResent e => e with { Command = e.Command with { Epoch = 1 } },
            var other => other,
        };
        return one with { Payload = EventCodec.Encode(changed) };
    }
}

/// <summary><see cref="Mutant.NoFence"/></summary>
internal sealed class UnfencedJournal(IJournal inner, IJournal store) : PassingJournal(inner)
{
    public override AppendResult Append(Claim claim, IReadOnlyList<StreamAppend> appends)
    {
        var result = Inner.Append(claim, appends);
        return result.IsAppended ? result : Inner.Append(store.Claim(claim.Partition, "anybody"), Anew(appends));
    }

    private List<StreamAppend> Anew(IReadOnlyList<StreamAppend> appends)
    {
        var versions = new Dictionary<string, long>();
        return
        [
            .. appends.Select(append =>
            {
                var version = versions.GetValueOrDefault(append.Stream, store.Read(append.Stream).Count);
                versions[append.Stream] = version + append.Events.Count;
                return append with { ExpectedVersion = version };
            }),
        ];
    }
}

/// <summary><see cref="Mutant.MarkBeforeSend"/></summary>
internal sealed class EagerMarkJournal(IJournal inner) : PassingJournal(inner)
{
    public override OutboxPage ReadOutbox(int partition, long afterPosition, int max)
    {
        var page = Inner.ReadOutbox(partition, afterPosition, max);
        Inner.MarkPublished(partition, page.UpTo);
        return page;
    }
}

/// <summary><see cref="Mutant.BlindRetry"/></summary>
internal sealed class BlindJournal(IJournal inner, IJournal store) : PassingJournal(inner)
{
    public override AppendResult Append(Claim claim, IReadOnlyList<StreamAppend> appends)
    {
        try
        {
            return Inner.Append(claim, appends);
        }
        catch (JournalUnavailableException)
        {
            var versions = new Dictionary<string, long>();
            List<StreamAppend> anew = [];
            foreach (var append in appends)
            {
                var version = versions.GetValueOrDefault(append.Stream, store.Read(append.Stream).Count);
                versions[append.Stream] = version + append.Events.Count;
                anew.Add(append with { ExpectedVersion = version });
            }
            return Inner.Append(claim, anew);
        }
    }
}
