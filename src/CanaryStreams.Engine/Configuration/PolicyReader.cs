using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Configuration;

/// <summary>A policy, and which of its values somebody wrote: the others may follow what they depend on.</summary>
/// <param name="DecideByGiven">If not, it follows a longer <c>bake</c>.</param>
/// <param name="StaleAfterGiven">If not, it follows a longer bucket.</param>
/// <param name="SilentCanaryGiven">If not, it follows a longer <c>staleAfter</c>.</param>
internal sealed record PolicyDraft(
    Policy Policy,
    bool DecideByGiven = false,
    bool StaleAfterGiven = false,
    bool SilentCanaryGiven = false
);

/// <summary>Reads one policy and checks how its values relate.</summary>
internal static class PolicyReader
{
    public static PolicyDraft Read(SectionReader policies, string name, PolicyDraft inherited, StreamSettings stream)
    {
        var section = policies.Section(name);
        var left = inherited.Policy;
        var bake = section.Duration("bake", Limits.Bake) ?? left.Bake;
        var decideByGiven = inherited.DecideByGiven || section.Has("decideBy");
        var staleAfterGiven = inherited.StaleAfterGiven || section.Has("staleAfter");
        var silentCanaryGiven = inherited.SilentCanaryGiven || section.Has("silentCanary");
        var staleAfter = Following(
            section.Duration("staleAfter", Limits.StaleAfter) ?? left.StaleAfter,
            atLeast: (2 * stream.Bucket) + stream.AllowedLateness,
            staleAfterGiven
        );
        var synthetic = section.Section("synthetic");
        var policy = left with
        {
            Name = name,
            Steps = Steps(section, left.Steps),
            Waves =
                section.OneOf<WaveRule>("waves", ("one-by-one", WaveRule.OneByOne), ("by-risk", WaveRule.ByRisk))
                ?? left.Waves,
            Blast =
                section.OneOf<BlastRule>(
                    "blast",
                    ("all", BlastRule.All),
                    ("cluster", BlastRule.Cluster),
                    ("similar", BlastRule.Similar)
                ) ?? left.Blast,
            Bake = bake,
            DecideBy = Following(
                section.Duration("decideBy", Limits.DecideBy) ?? left.DecideBy,
                atLeast: 2 * bake,
                decideByGiven
            ),
            Inconclusive =
                section.OneOf<Inconclusive>(
                    "inconclusive",
                    ("hold", Inconclusive.Hold),
                    ("promote", Inconclusive.Promote),
                    ("rollback", Inconclusive.Rollback)
                ) ?? left.Inconclusive,
            Tie =
                section.OneOf<VariantTie>(
                    "tie",
                    ("first", VariantTie.First),
                    ("hold", VariantTie.Hold),
                    ("least-harm", VariantTie.LeastHarm)
                ) ?? left.Tie,
            Kpis = Kpis(section, left.Kpis),
            FalseRollbackBudget =
                section.Probability("falseRollbackBudget", Limits.FalseRollbackBudgetMax, maxIncluded: true)
                ?? left.FalseRollbackBudget,
            FailureThreshold = FailureThreshold(section, left.FailureThreshold),
            Horizon = section.Duration("horizon", Limits.Horizon) ?? left.Horizon,
            AckTimeout = section.Duration("ackTimeout", Limits.AckTimeout) ?? left.AckTimeout,
            AckRetries = section.Integer("ackRetries", Limits.AckRetries) ?? left.AckRetries,
            CommandExpiry = section.Duration("commandExpiry", Limits.CommandExpiry) ?? left.CommandExpiry,
            StaleAfter = staleAfter,
            SilentCanary = SilentCanary(section, left.SilentCanary) is { } patience
                ? Following(patience, atLeast: 2 * staleAfter, silentCanaryGiven)
                : null,
            SyntheticRollsBack = synthetic.Flag("rollsBack") ?? left.SyntheticRollsBack,
            SyntheticMinEffect =
                synthetic.Probability("minEffect", max: 1, maxIncluded: true) ?? left.SyntheticMinEffect,
            Metrics = MetricsReader.Read(section, left.Metrics),
        };
        synthetic.Done();
        section.Done();
        CheckRelations(section, policy, stream);
        return new PolicyDraft(policy, decideByGiven, staleAfterGiven, silentCanaryGiven);
    }

    /// <summary>A value nobody wrote grows with what it depends on; a written one stays and is checked.</summary>
    private static TimeSpan Following(TimeSpan value, TimeSpan atLeast, bool given) =>
        given || value >= atLeast ? value : atLeast;

    private static TimeSpan? SilentCanary(SectionReader section, TimeSpan? left)
    {
        const string key = "silentCanary";
        return section.IsWord(key, "never") ? null : section.Duration(key, Limits.SilentCanary) ?? left;
    }

    private static double? FailureThreshold(SectionReader section, double? left)
    {
        if (section.IsWord("failureThreshold", "adaptive"))
            return null;
        return section.Probability("failureThreshold", max: 1, maxIncluded: false) ?? left;
    }

    private static IReadOnlyList<int>? Steps(SectionReader section, IReadOnlyList<int>? left)
    {
        const string key = "steps";
        if (section.IsWord(key, "planned"))
            return null;
        if (section.Settings(key) is not { } items)
            return left;
        var steps = new List<int>();
        foreach (var item in items)
        {
            if (section.Integer(key, item, item.Value.TrimEnd('%'), Limits.StepPct) is not { } step)
                return left;
            steps.Add(step);
        }
        var rising = steps.Zip(steps.Skip(1)).All(pair => pair.First < pair.Second);
        if (rising && steps.Count is > 0 and <= Limits.StepsMax)
            return steps;
        section.Error(
            key,
            $"[{string.Join(", ", items)}] must be 1 to {Limits.StepsMax} rising weights in per cent, such as [5, 25, 50, 100]"
        );
        return left;
    }

    private static IReadOnlyList<string>? Kpis(SectionReader section, IReadOnlyList<string>? left)
    {
        if (section.Settings("kpis", "[conversion]") is not { } items)
            return left;
        return items.Count == 0 ? null : [.. items.Select(item => item.Value).Distinct()];
    }

    private static void CheckRelations(SectionReader section, Policy policy, StreamSettings stream)
    {
        foreach (var kpi in policy.Kpis ?? [])
        {
            var metric = policy.Metrics.FirstOrDefault(metric => metric.Name == kpi);
            Require(
                metric is not null && metric.Worse != Worse.Both,
                "kpis",
                metric is null
                    ? $"'{kpi}' is none of this policy's metrics: {string.Join(", ", policy.Metrics.Select(m => m.Name))}"
                    : $"'{kpi}' is worse in both directions, so no variant is better in it",
                other: "metrics"
            );
        }
        Require(
            policy.DecideBy >= policy.Bake,
            "decideBy",
            $"{Quantities.Show(policy.DecideBy)} must be at least bake, which is {Quantities.Show(policy.Bake)}",
            other: "bake"
        );
        Require(
            policy.CommandExpiry > policy.AckTimeout,
            "commandExpiry",
            $"{Quantities.Show(policy.CommandExpiry)} must be longer than ackTimeout, which is {Quantities.Show(policy.AckTimeout)}",
            other: "ackTimeout"
        );
        Require(
            policy.Bake >= stream.Bucket,
            "bake",
            $"{Quantities.Show(policy.Bake)} must be at least one bucket, which is {Quantities.Show(stream.Bucket)} (stream.bucket)"
        );
        Require(
            policy.Horizon >= stream.Bucket,
            "horizon",
            $"{Quantities.Show(policy.Horizon)} must be at least one bucket, which is {Quantities.Show(stream.Bucket)} (stream.bucket)"
        );
        var patience = stream.Bucket + stream.AllowedLateness;
        Require(
            policy.StaleAfter >= patience,
            "staleAfter",
            $"{Quantities.Show(policy.StaleAfter)} must be at least {Quantities.Show(patience)}, when a bucket closes"
                + " (stream.bucket and stream.allowedLateness)"
        );
        Require(
            policy.SilentCanary is not { } silent || silent > policy.StaleAfter,
            "silentCanary",
            $"{Quantities.Show(policy.SilentCanary ?? default)} must be longer than staleAfter, which is"
                + $" {Quantities.Show(policy.StaleAfter)}, or never",
            other: "staleAfter"
        );

        void Require(bool holds, string key, string message, string other = "")
        {
            // What a policy merely inherits was reported where it stands.
            var isItsOwn = policy.Name == CanaryStreamsOptions.DefaultPolicy || section.Has(key) || section.Has(other);
            if (!holds && isItsOwn)
                section.Error(key, message);
        }
    }
}
