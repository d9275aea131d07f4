using System.Globalization;
using CanaryStreams.Core.Explanations;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Cli.Explain;

/// <summary>The reasons of a decision about one metric, for a person who was just woken up: each a name and a sentence.</summary>
internal static class ReasonText
{
    /// <param name="at">When it was decided.</param>
    public static IEnumerable<(string Name, string Text)> Of(RollbackEvidence e, DateTimeOffset at, Policy policy)
    {
        var variant = e.Variant is { } name ? $", variant {name}" : "";
        var effect = Figures.Effect(e.Metric, e.Effect, e.EffectLower, e.EffectUpper, policy);
        yield return ("metric", $"{e.Metric} in {e.Cluster}{variant}");
        yield return ("effect", $"{effect}; {Figures.MinEffect(e.Metric, policy)} is worth a rollback");
        if (e.Onset is { } onset)
            yield return ("began", $"{Clock(onset)}, {Minutes((at - onset).TotalMinutes)} before{Beyond(e, policy)}");
        yield return (
            "how sure",
            $"e-value {Figures.EValue(e.EValue)}, {Needed(e)}: a healthy canary ever shows as "
                + $"much with a probability of {Figures.Percent(1 / e.EValue)} at most"
        );
        yield return (
            "lasts",
            $"P(it goes on for the next {Minutes(policy.Horizon.TotalMinutes)}) {e.PSustained:0.00}, "
                + $"{e.PThreshold:0.00} needed"
        );
        if (e.Explanation is { } explanation)
            foreach (var ruled in Innocent(e.Metric, explanation, policy))
                yield return ruled;
    }

    private static string Needed(RollbackEvidence e) =>
        $"{Figures.EValue(e.EThreshold)} needed"
        + (
            e.IsThresholdTaught
                ? $" ({Figures.EValue(1 / e.Share)} by the budget alone; {e.Models} shows what healthy rollouts reach)"
                : ""
        );

    /// <summary>What else stood out when it was decided.</summary>
    public static IEnumerable<(string Name, string Text)> Beside(RollbackDecided decided, Policy policy)
    {
        const double Moved = 0.25;
        foreach (var e in decided.Evidence.Skip(1))
            yield return (
                "also",
                $"{e.Metric} in {e.Cluster}, over its threshold too: "
                    + Figures.Effect(e.Metric, e.Effect, e.EffectLower, e.EffectUpper, policy)
            );
        var others = decided.Others ?? [];
        var moved = others.Where(o => o.WayNow >= Moved).ToList();
        foreach (var o in moved)
            yield return (
                "also",
                $"{o.Metric} in {o.Cluster}, {100 * o.WayNow:0} % of the way to its threshold: "
                    + Figures.Effect(o.Metric, o.Effect, o.EffectLower, o.EffectUpper, policy)
            );
        var quiet = others.Where(o => o.WayNow < Moved).Select(o => o.Metric).Distinct().ToList();
        if (quiet.Count > 0)
            yield return ("not moved", string.Join(", ", quiet));
        foreach (var u in decided.Unusual ?? [])
            yield return (
                "unusual",
                $"{u.Metric} of {(u.Track == Track.Stable ? "stable" : "the canary")} in {u.Cluster}, which decides "
                    + $"nothing: {Figures.Significant(u.Mean)}, expected about {Figures.Significant(u.Expected)}"
            );
    }

    public static string Spent(BudgetSpent spent) =>
        $"{Figures.Percent(spent.Share)} of the {Figures.Percent(spent.Total)} with which a healthy rollout may be rolled "
        + "back: this metric's share";

    public static string Minutes(double minutes) => $"{minutes.ToString("0.#", CultureInfo.InvariantCulture)} min";

    public static string Risk(double risk) => risk.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Clock(DateTimeOffset time) => $"{time.ToUniversalTime():HH:mm}";

    private static string Beyond(RollbackEvidence e, Policy policy) =>
        e.Explanation?.Blip is { Buckets: > 0 } blip
            ? $"; {blip.Beyond} of {blip.Buckets} buckets since then beyond {Figures.MinEffect(e.Metric, policy)}"
            : "";

    private static IEnumerable<(string Name, string Text)> Innocent(
        string metric,
        EvidenceExplanation explained,
        Policy policy
    )
    {
        var shared = explained.SharedIncident;
        var arms =
            $"stable {FromTo(shared.StableBefore, shared.StableSince)}, the canary "
            + FromTo(shared.CanaryBefore, shared.CanarySince);
        yield return Ruled(
            shared.Ruling,
            "a shared incident",
            arms + (shared.Ruling == Ruling.Possible ? "; what both share is not counted" : "")
        );
        var blip = explained.Blip;
        yield return Ruled(
            blip.Ruling,
            "a blip",
            $"it has lasted {Minutes(blip.LastedMinutes)}, and blips of up to {Minutes(blip.LongestMinutes)} are reckoned with here"
        );
        var warmUp = explained.WarmUp;
        var decay = (warmUp.Ruling, warmUp.RecentShare) switch
        {
            (Ruling.RuledOut, < 0.8) => "",
            (_, < 0.8) => $", and its last minutes show {100 * warmUp.RecentShare:0} % of its first half",
            (_, > 1.25) or (Ruling.RuledOut, double.NaN) => ", and has grown since",
            (Ruling.Unknown, _) => ", and is too young to tell",
            _ => ", and hasn't decayed",
        };
        yield return Ruled(
            warmUp.Ruling,
            "a warm-up",
            $"it began {Minutes(warmUp.BeganAfterMinutes)} after the canary{decay}"
        );

        string FromTo(double before, double since) =>
            double.IsFinite(before)
                ? $"went from {Figures.Value(metric, before, policy)} to {Figures.Value(metric, since, policy)}"
                : $"is at {Figures.Value(metric, since, policy)}";
    }

    private static (string Name, string Text) Ruled(Ruling ruling, string what, string why) =>
        ruling switch
        {
            Ruling.RuledOut => ("ruled out", $"{what}: {why}"),
            Ruling.Possible => ("not ruled out", $"{what}: {why}"),
            _ => ("unknown", $"whether it is {what}: {why}"),
        };
}
