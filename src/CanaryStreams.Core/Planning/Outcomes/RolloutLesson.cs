using System.Collections.Immutable;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning.Outcomes;

/// <summary>
/// What one rollout teaches of its clusters, folded from its events. Evidence of harm is a failure, a promotion that was earned
/// survival, and what people say afterwards goes before both. All else teaches nothing: an override, a cancellation, a step that
/// had no verdict, an agent or a canary that was silent.
/// </summary>
public sealed record RolloutLesson
{
    private static ImmutableSortedDictionary<string, double> NoNumbers { get; } =
        ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    public static RolloutLesson Empty { get; } = new();

    /// <summary>Null where the beginning of the rollout was never seen: then it teaches nothing.</summary>
    public RolloutRequest? Request { get; private init; }
    public Policy? Policy { get; private init; }

    /// <summary>The plan before the first command; null before.</summary>
    public RolloutPlan? Plan { get; private init; }

    /// <summary>When it was requested, Unix milliseconds of event time.</summary>
    public long RequestedMs { get; private init; }
    public bool IsEnded { get; private init; }

    /// <summary>By cluster the largest P(sustained) of an anomaly that was noted or that rolled back.</summary>
    public ImmutableSortedDictionary<string, double> Noted { get; private init; } = NoNumbers;

    /// <summary>The clusters that the version has reached, in that order.</summary>
    private ImmutableList<string> Reached { get; init; } = [];
    private ImmutableDictionary<string, Finding> Findings { get; init; } = ImmutableDictionary<string, Finding>.Empty;

    /// <summary>Clusters whose last step was passed for want of a verdict.</summary>
    private ImmutableHashSet<string> Unjudged { get; init; } = [];

    /// <summary>By cluster and metric the last effect in units of its minEffect; positive is worse.</summary>
    private ImmutableDictionary<string, ImmutableSortedDictionary<string, double>> Effects { get; init; } =
        ImmutableDictionary<string, ImmutableSortedDictionary<string, double>>.Empty;

    /// <summary>The version is promoted, and watched: who cancels now takes back what survived until then.</summary>
    private bool IsWatched { get; init; }

    /// <summary>A person has promoted what remained, whatever the evidence said.</summary>
    private bool IsForced { get; init; }

    public RolloutLesson After(RolloutEvent happened) =>
        happened switch
        {
            RolloutRequested e => this with
            {
                Request = e.Request,
                Policy = e.Policy,
                RequestedMs = e.Time.ToUnixTimeMilliseconds(),
            },
            RolloutPlanned e => this with { Plan = e.Plan },
            CommandAcknowledged { WeightPct: > 0 } e => Reaching(e.Cluster),
            StepPassed e => Passed(e),
            PromotionForced => this with { IsForced = true },
            ClusterPromoted e when IsForced || Unjudged.Contains(e.Cluster) => Reaching(e.Cluster),
            ClusterPromoted e => Reaching(e.Cluster).Finding(e.Cluster, failed: false, e.Time),
            // While it is watched nothing is held against a canary's threshold.
            AnomalyNoted e when IsWatched => Affected(e.Evidence),
            AnomalyNoted e => Seeing([e.Evidence]),
            RollbackDecided { Cause: RollbackCause.Evidence } e => Failing(e.Evidence, e.Time),
            ClustersRolledBack { Cause: RollbackCause.Evidence } e => Failing(e.Evidence, e.Time),
            WatchBegun => this with { IsWatched = true },
            RolloutCancelled when IsWatched => this with { Findings = Findings.RemoveRange(Unlabelled()) },
            OutcomeReported e => Labelled(e),
            RolloutEnded => this with { IsEnded = true },
            _ => this,
        };

    /// <summary>One for each cluster that something is known of, in the order in which the version reached them.</summary>
    public IEnumerable<ClusterOutcome> Rows()
    {
        if (Request is not { } request)
            yield break;
        for (var order = 0; order < Reached.Count; order++)
        {
            var name = Reached[order];
            var cluster = request.Clusters.FirstOrDefault(one => one.Name == name);
            if (cluster is null || !Findings.TryGetValue(name, out var found))
                continue;
            yield return new ClusterOutcome
            {
                Rollout = request.Rollout,
                App = request.App,
                TimeMs = found.TimeMs,
                Change = request.Change,
                Cluster = cluster,
                Failed = found.Failed,
                Effects = Effects.GetValueOrDefault(name, NoNumbers),
                IsLabelled = found.IsLabelled,
                Order = order,
            };
        }
    }

    private IEnumerable<string> Unlabelled() => Findings.Where(one => !one.Value.IsLabelled).Select(one => one.Key);

    private RolloutLesson Reaching(string cluster) =>
        Reached.Contains(cluster) ? this : this with { Reached = Reached.Add(cluster) };

    private RolloutLesson Finding(string cluster, bool failed, DateTimeOffset time, bool isLabelled = false)
    {
        // What people say goes before the evidence, and the newer of two labels before the older.
        var found = new Finding(failed, time.ToUnixTimeMilliseconds(), isLabelled);
        return Findings.TryGetValue(cluster, out var known) && known.IsLabelled && !found.Replaces(known)
            ? this
            : this with
            {
                Findings = Findings.SetItem(cluster, found),
            };
    }

    private RolloutLesson Passed(StepPassed e)
    {
        var clusters = e.Clusters ?? [e.Cluster];
        var next = this with { Unjudged = e.Inconclusive ? Unjudged.Union(clusters) : Unjudged.Except(clusters) };
        return (e.Evidence ?? []).Aggregate(next, (lesson, standing) => lesson.Affected(standing));
    }

    private RolloutLesson Failing(IReadOnlyList<RollbackEvidence> evidence, DateTimeOffset time) =>
        evidence
            .Select(one => one.Cluster)
            .Distinct()
            .Aggregate(
                Seeing(evidence),
                (lesson, cluster) => lesson.Reaching(cluster).Finding(cluster, failed: true, time)
            );

    private RolloutLesson Seeing(IReadOnlyList<RollbackEvidence> anomalies)
    {
        var next = this;
        foreach (var seen in anomalies)
        {
            var largest = Math.Max(seen.PSustained, next.Noted.GetValueOrDefault(seen.Cluster));
            next = next.Affected(seen) with { Noted = next.Noted.SetItem(seen.Cluster, largest) };
        }
        return next;
    }

    /// <summary>A label of the whole rollout is one of every cluster that it has reached.</summary>
    private RolloutLesson Labelled(OutcomeReported e)
    {
        var clusters = e.Cluster is { } cluster ? Reached.Where(name => name == cluster) : Reached;
        return clusters.Aggregate(
            this,
            (lesson, name) => lesson.Finding(name, e.Outcome == Verdict.Bad, e.Time, isLabelled: true)
        );
    }

    private RolloutLesson Affected(EvidenceStanding standing)
    {
        var metric = Policy?.Metrics.FirstOrDefault(one => one.Name == standing.Metric);
        if (metric is null || !double.IsFinite(standing.Effect))
            return this;
        var effect = metric.InMinEffects(standing.Effect);
        var known = Effects.GetValueOrDefault(standing.Cluster, NoNumbers);
        return this with { Effects = Effects.SetItem(standing.Cluster, known.SetItem(metric.Name, effect)) };
    }
}

/// <param name="TimeMs">When it was known, Unix milliseconds of event time.</param>
internal sealed record Finding(bool Failed, long TimeMs, bool IsLabelled)
{
    public bool Replaces(Finding known) => IsLabelled && TimeMs >= known.TimeMs;
}
