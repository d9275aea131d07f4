using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning.Outcomes;

/// <summary>
/// The outcomes of a fleet's rollouts, from their events and from what was made of events before: a row for each rollout and
/// cluster. The same events again, and rows that were published before, change nothing; so all of it can be read anew.
/// </summary>
public sealed class OutcomeLedger
{
    /// <summary>The newest rollouts that rows are kept of.</summary>
    public const int MostRollouts = 2000;

    /// <summary>So many more are let in before the oldest go, since going takes a look at all of them.</summary>
    private const int Slack = MostRollouts / 10;

    private readonly Dictionary<string, Told> _told = [];
    private readonly Dictionary<string, SortedList<string, ClusterOutcome>> _rows = [];

    /// <summary>All rows that are kept, of whatever rollout.</summary>
    public IEnumerable<ClusterOutcome> Rows => _rows.Values.SelectMany(rollout => rollout.Values);

    /// <summary>The rows of a rollout, by cluster; none where none are known.</summary>
    public IReadOnlyList<ClusterOutcome> Of(string rollout) =>
        _rows.TryGetValue(rollout, out var rows) ? [.. rows.Values] : [];

    /// <summary>What a rollout's events have told so far; null where none was seen.</summary>
    public RolloutLesson? LessonOf(string rollout) => _told.GetValueOrDefault(rollout)?.Lesson;

    /// <summary>Takes a row up that was made before.</summary>
    /// <returns>False where a newer one is known.</returns>
    public bool Restore(ClusterOutcome row)
    {
        var isNew = Keep(row);
        Forget();
        return isNew;
    }

    /// <param name="sequence">Which of the rollout's events it is, from 1; one that was seen is passed over.</param>
    /// <returns>The rows that are new or have changed. None before the rollout has ended: until then it may yet come otherwise.</returns>
    public IReadOnlyList<ClusterOutcome> Observe(string rollout, long sequence, RolloutEvent happened)
    {
        var told = _told.GetValueOrDefault(rollout) ?? new Told(0, RolloutLesson.Empty);
        if (sequence <= told.Sequence)
            return [];
        var lesson = told.Lesson.After(happened);
        _told[rollout] = new Told(sequence, lesson);
        var found = lesson switch
        {
            { Request: null } when happened is OutcomeReported label => Relabelled(rollout, label),
            { IsEnded: true } => lesson.Rows(),
            _ => [],
        };
        List<ClusterOutcome> changed = [.. found.Where(Keep)];
        Forget();
        return changed;
    }

    /// <summary>The events of the rollout are gone, but not its rows.</summary>
    private IEnumerable<ClusterOutcome> Relabelled(string rollout, OutcomeReported label) =>
        Of(rollout)
            .Where(row => label.Cluster is null || row.Cluster.Name == label.Cluster)
            .Select(row =>
                row with
                {
                    Failed = label.Outcome == Verdict.Bad,
                    IsLabelled = true,
                    TimeMs = label.Time.ToUnixTimeMilliseconds(),
                }
            );

    private bool Keep(ClusterOutcome row)
    {
        if (!_rows.TryGetValue(row.Rollout, out var rollout))
            _rows[row.Rollout] = rollout = new SortedList<string, ClusterOutcome>(StringComparer.Ordinal);
        if (rollout.TryGetValue(row.Cluster.Name, out var known) && !Replaces(row, known))
            return false;
        rollout[row.Cluster.Name] = row;
        return true;
    }

    /// <summary>
    /// As rows are learnt: a label goes before evidence, the newer before the older. At the same moment only what says something
    /// else counts as a change.
    /// </summary>
    private static bool Replaces(ClusterOutcome row, ClusterOutcome known) =>
        row.IsLabelled != known.IsLabelled ? row.IsLabelled
        : row.TimeMs != known.TimeMs ? row.TimeMs > known.TimeMs
        : row.Failed && !known.Failed;

    private void Forget()
    {
        if (_rows.Count > MostRollouts + Slack)
            foreach (var old in Oldest(_rows, rows => rows.Values.Max(row => row.TimeMs)))
                _rows.Remove(old);
        if (_told.Count > MostRollouts + Slack)
            foreach (var old in Oldest(_told, told => told.Lesson.RequestedMs))
                _told.Remove(old);
    }

    private static List<string> Oldest<T>(Dictionary<string, T> rollouts, Func<T, long> timeMs) =>
        [
            .. rollouts
                .OrderByDescending(one => timeMs(one.Value))
                .ThenBy(one => one.Key, StringComparer.Ordinal)
                .Skip(MostRollouts)
                .Select(one => one.Key),
        ];

    private sealed record Told(long Sequence, RolloutLesson Lesson);
}
