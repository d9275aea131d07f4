using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Supervision;

/// <summary>Tells people what the journal holds, while an engine may be writing to it.</summary>
public sealed class RolloutReader(IJournal journal)
{
    private const int PageSize = 200;

    /// <summary>Rollouts that aren't archived, in the order in which they were requested; one that can't be read says so.</summary>
    public IReadOnlyList<RolloutSummary> List() =>
        [
            .. journal
                .Streams(RolloutStream.Prefix)
                .Select(stream => Summary(stream.Stream, () => journal.Read(stream.Stream)))
                .OfType<RolloutSummary>(),
        ];

    /// <summary>
    /// The archived ones, then the others. One that is put away while this reads stands with the others, once: they are read first,
    /// so that it isn't in the one place before it is and in the other after.
    /// </summary>
    public IReadOnlyList<RolloutSummary> ListAll()
    {
        var listed = List();
        var names = listed.Select(summary => summary.Rollout).ToHashSet(StringComparer.Ordinal);
        return [.. ListArchived().Where(summary => !names.Contains(summary.Rollout)), .. listed];
    }

    /// <summary>The archived ones, in the order in which they were requested. A page of them is in memory at a time.</summary>
    public IReadOnlyList<RolloutSummary> ListArchived()
    {
        var summaries = new List<RolloutSummary>();
        string? after = null;
        while (journal.ReadArchive(RolloutStream.Prefix, after, PageSize) is { Count: > 0 } page)
        {
            summaries.AddRange(
                page.Select(one => Summary(one.Stream, () => one.Corrupt is { } e ? throw e : one.Events))
                    .OfType<RolloutSummary>()
            );
            after = page[^1].Stream;
        }
        return [.. summaries.OrderBy(summary => summary.RequestedAt)];
    }

    /// <summary>Null where nobody asked for such a rollout.</summary>
    /// <exception cref="JournalCorruptException">Its stream can't be read.</exception>
    public RolloutState? Show(string rollout)
    {
        var events = RolloutStream.Events(journal, rollout);
        return events.Count == 0 ? null : Evolution.Fold(RolloutState.Initial, events);
    }

    /// <summary>Every event, in order; empty where nobody asked for such a rollout.</summary>
    /// <exception cref="JournalCorruptException">Its stream can't be read.</exception>
    public IReadOnlyList<JournalledEvent> Events(string rollout) =>
        [
            .. journal
                .Read(RolloutStream.Of(rollout))
                .Select(recorded => new JournalledEvent(recorded.Version, RolloutStream.Decode(recorded))),
        ];

    /// <summary>Null where the rollout has been forgotten since its name was read.</summary>
    private static RolloutSummary? Summary(string stream, Func<IReadOnlyList<RecordedEvent>> read)
    {
        var rollout = RolloutStream.RolloutOf(stream)!;
        try
        {
            var events = read().Select(RolloutStream.Decode).ToList();
            if (events.Count == 0)
                return null;
            var state = Evolution.Fold(RolloutState.Initial, events);
            var refused = events.OfType<RolloutRefused>().FirstOrDefault();
            var wave = state.Wave;
            var isOut = state.Clusters.Where(cluster => cluster.Withdrawn is not null).Select(c => c.Name).ToList();
            var limited = events.OfType<ClustersRolledBack>().LastOrDefault();
            var growing = state.Clusters.Where(cluster => wave?.Has(cluster.Name) == true).ToList();
            return new RolloutSummary(
                rollout,
                state.Request?.App ?? refused?.App ?? "",
                state.Request?.Version ?? refused?.Version ?? "",
                state.Phase,
                state.Outcome,
                events[0].Time,
                state.EndedAt,
                wave?.ToString(),
                growing.Count == 0 ? null : growing.Min(cluster => cluster.WeightPct),
                [.. state.Holds.Select(hold => hold.Reason)],
                state.Unconfirmed ?? state.Rollback?.Summary ?? limited?.Summary ?? refused?.Reason,
                isOut.Count == 0 ? null : Wave.Listed(isOut)
            );
        }
        catch (JournalCorruptException e)
        {
            return RolloutSummary.Unreadable(rollout, e.Message);
        }
    }
}

/// <param name="Cluster">Where it grows now, the clusters of a wave as in a sentence; null where it doesn't.</param>
/// <param name="WeightPct">The canary's weight there, as acknowledged; in a wave the smallest.</param>
/// <param name="Holds">Why it is held; empty where it isn't.</param>
/// <param name="Reason">Why it was rolled back, maybe in some clusters only, or refused, ended unconfirmed, or can't be read.</param>
/// <param name="Out">Clusters that are out while others go on or went on, as in a sentence; null where none is.</param>
public sealed record RolloutSummary(
    string Rollout,
    string App,
    string Version,
    RolloutPhase Phase,
    RolloutOutcome? Outcome,
    DateTimeOffset? RequestedAt,
    DateTimeOffset? EndedAt,
    string? Cluster,
    int? WeightPct,
    IReadOnlyList<string> Holds,
    string? Reason,
    string? Out = null
)
{
    public static RolloutSummary Unreadable(string rollout, string reason) =>
        new(rollout, "", "", RolloutPhase.None, null, null, null, null, null, [], reason);
}

/// <param name="Sequence">The event's version in its stream, from 1.</param>
public sealed record JournalledEvent(long Sequence, RolloutEvent Happened);
