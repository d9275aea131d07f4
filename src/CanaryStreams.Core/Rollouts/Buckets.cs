using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Rollouts;

/// <summary>What a closed bucket leads to: a rollback, a hold, growth, or (nearly always) nothing.</summary>
internal static class Buckets
{
    /// <summary>An event says of so many metrics how they came, the deciding one first.</summary>
    public const int ExplainedMax = 3;

    public static Decision Observe(ObserveBucket bucket, RolloutState state, IImpact? impact)
    {
        if (bucket.Time <= state.ObservedUntil)
            return Decision.Nothing;
        var draft = new Draft(state, bucket.Time, impact);
        bucket = WithoutVariantsOut(bucket, state);
        CanarySizing.Make(draft, bucket.Signals);
        OutlookStatement.Make(draft, bucket.Signals);
        var judged = bucket.Signals.Where(signal => IsJudged(signal, state)).ToList();
        var harmful = judged
            .Select(signal => AsEvidence(signal, state))
            .Where((e, i) => judged[i].Evidence!.IsAnomaly && e.PSustained >= e.PThreshold)
            .OrderByDescending(e => e.EValue / e.EThreshold)
            .ToList();
        if (harmful.Count > 0 && VariantWithdrawal.IsEnough(state, harmful))
            VariantWithdrawal.Take(draft, Decided(bucket, state, harmful));
        else if (harmful.Count > 0)
            Blast.RollBack(draft, Decided(bucket, state, harmful), [.. harmful.Select(e => e.Cluster).Distinct()]);
        else
        {
            TrackAnomalies(draft, judged);
            Bake(draft, bucket, judged);
        }
        return draft.Done();
    }

    /// <summary>What is still on its way of a variant that was taken out, or not selected, is neither harm nor silence.</summary>
    private static ObserveBucket WithoutVariantsOut(ObserveBucket bucket, RolloutState state)
    {
        if (state.SelectedVariant is null && state.WithdrawnVariants.IsEmpty)
            return bucket;
        var (version, running) = (state.Request!.Version, state.RunningVariants);
        return bucket with
        {
            Signals =
            [
                .. bucket.Signals.Where(s => s.Variant is null || s.Version != version || running.Contains(s.Variant)),
            ],
        };
    }

    /// <summary>A fresh signal of the rollout's canary with evidence. What is stale can hold, never roll back.</summary>
    private static bool IsJudged(Signal signal, RolloutState state) =>
        Standings.IsOfCanary(signal, state) && TelemetryHealth.IsFresh(signal);

    public static RollbackEvidence AsEvidence(Signal signal, RolloutState state)
    {
        var evidence = signal.Evidence!;
        var standing = Standings.Of(signal);
        return new RollbackEvidence(
            standing.Cluster,
            standing.Metric,
            standing.Variant,
            standing.Effect,
            standing.EffectLower,
            standing.EffectUpper,
            standing.EValue,
            standing.Largest,
            standing.EThreshold,
            standing.Share,
            standing.PSustained,
            signal.AnomalyScore,
            state.Plan!.Clusters.First(cluster => cluster.Name == signal.Cluster).FailureThreshold,
            evidence.Onset,
            signal.Models
        )
        {
            Explanation = evidence.Explanation,
        };
    }

    private static RollbackDecided Decided(ObserveBucket bucket, RolloutState state, List<RollbackEvidence> harmful)
    {
        var others = bucket.Signals.Where(s =>
            Standings.IsOfCanary(s, state)
            && !harmful.Exists(e => e.Cluster == s.Cluster && e.Metric == s.Metric && e.Variant == s.Variant)
        );
        var first = harmful[0];
        return new RollbackDecided(
            bucket.Time,
            RollbackCause.Evidence,
            RollbackSentence.Of(state, harmful),
            [.. harmful.Select((e, i) => i < ExplainedMax ? e : e with { Explanation = null })],
            Standings.Of(others),
            Standings.Unusual(bucket.Signals, state),
            new BudgetSpent(state.Policy!.FalseRollbackBudget, first.Share, 1 / first.EValue)
        );
    }

    /// <summary>Each anomaly is noted when it opens, not in every bucket; it closes well below its threshold only.</summary>
    public static void TrackAnomalies(Draft draft, List<Signal> judged)
    {
        foreach (var signal in judged)
        {
            var isOpen = draft.State.Anomalies.Any(open =>
                open.Cluster == signal.Cluster && open.Metric == signal.Metric && open.Variant == signal.Variant
            );
            if (signal.Evidence!.IsAnomaly && !isOpen)
                draft.Add(new AnomalyNoted(draft.Time, AsEvidence(signal, draft.State)));
            else if (isOpen && !Standings.IsSuspicious(signal))
                draft.Add(new AnomalyCleared(draft.Time, signal.Cluster, signal.Metric, signal.Variant));
        }
    }

    private static void Bake(Draft draft, ObserveBucket bucket, List<Signal> judged)
    {
        var state = draft.State;
        if (state.Step is not { Phase: StepPhase.Baking, StartedAt: { } startedAt } step || bucket.Time <= startedAt)
            return;
        var policy = state.Policy!;
        var wave = state.Wave!;
        var problem = WaveTelemetry.Problem(bucket.Signals, wave, state);
        if (problem is null)
            CountAsHealthy(draft, bucket, startedAt);
        else if (problem.Holds && (step.Observed || bucket.Time >= startedAt + policy.StaleAfter))
        {
            HoldFor(draft, bucket, bucket.Time - policy.StaleAfter, problem);
            if (SilentCanary.Sentence(draft.State, bucket) is { } silence)
            {
                Blast.RollBack(
                    draft,
                    new RollbackDecided(bucket.Time, RollbackCause.SilentCanary, silence, []),
                    [SilentCanary.Cluster(draft.State)]
                );
                return;
            }
        }

        var isBaked =
            problem is null && draft.State.Holds.IsEmpty && draft.State.Step!.BakedAt(bucket.Time) >= policy.Bake;
        var winner = isBaked ? VariantContest.Winner(draft.State, bucket.Time, bucket.Signals) : null;
        // What speaks against a variant that has lost is no reason to keep it.
        var grows =
            isBaked
            && !draft.State.Anomalies.Any(open => wave.Has(open.Cluster) && Concerns(open.Variant, winner))
            && !judged.Any(s => wave.Has(s.Cluster) && Standings.IsSuspicious(s) && Concerns(s.Variant, winner));
        if (grows && (winner is not null || !VariantContest.IsWaitedFor(draft.State)))
            Steps.Pass(draft, bucket.Signals, Standings.In(wave, bucket.Signals, state), inconclusive: null, winner);
        else if (step.DecideAt <= bucket.Time && !Inconclusiveness.IsSuspended(draft.State))
            Inconclusiveness.Conclude(draft, bucket.Signals);
    }

    private static bool Concerns(string? variant, VariantSelected? winner) =>
        winner is null || variant is null || variant == winner.Variant;

    private static void CountAsHealthy(Draft draft, ObserveBucket bucket, DateTimeOffset startedAt)
    {
        var before = bucket.Previous ?? startedAt;
        var isGap = bucket.Time - before > draft.State.Policy!.StaleAfter;
        if (isGap && draft.State.Step!.RunningSince is not null && bucket.Previous is not null)
            HoldFor(
                draft,
                bucket,
                bucket.Previous!.Value,
                new TelemetryProblem(
                    TelemetryCondition.Absent,
                    $"no telemetry at all for {Inconclusiveness.Minutes(bucket.Time - before)}",
                    Holds: true
                )
            );
        if (draft.State.Holds.FirstOrDefault(hold => hold.Kind == HoldKind.Telemetry) is { } hold)
        {
            var isSeamless = !isGap && before >= hold.Since;
            draft.Add(new RolloutResumed(bucket.Time, HoldKind.Telemetry, isSeamless ? before : bucket.Time, null));
        }
        if (draft.State.Step!.Observed)
            return;
        var since = before > startedAt ? before : startedAt;
        draft.Add(new BakeStarted(bucket.Time, isGap ? bucket.Time : since));
    }

    /// <summary>
    /// Holds, or says how what it is held for has changed. A silence that stable shared, or that nobody watched, isn't
    /// the canary's, nor is one of another cluster's canary: its own counts anew from here.
    /// </summary>
    /// <param name="until">Bake time counts until here: what came since can't be judged.</param>
    private static void HoldFor(Draft draft, ObserveBucket bucket, DateTimeOffset until, TelemetryProblem problem)
    {
        var state = draft.State;
        var held = state.Holds.FirstOrDefault(hold => hold.Kind == HoldKind.Telemetry);
        var isBroken = held?.SilentSince <= bucket.Previous && bucket.Time - bucket.Previous > state.Policy!.StaleAfter;
        var isKnown = held is not null && (held.Condition, held.Cluster) == (problem.Condition, problem.Cluster);
        if (isKnown && !isBroken)
            return;
        var since = held is null ? until : bucket.Time;
        draft.Add(
            new RolloutHeld(bucket.Time, HoldKind.Telemetry, since, problem.Reason, null)
            {
                Condition = problem.Condition,
                Cluster = problem.Cluster,
            }
        );
    }
}
