using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// A deployment to one cluster that somebody remembers, from before there was an engine:
/// <c>{"time":…,"rollout":…,"app":…,"outcome":"good"|"bad","order":0,"change":{…},"cluster":{"name":…,…},"metrics":{"error_rate":{"before":0.002,"after":0.02}}}</c>.
/// Rollout, change and cluster are as in a request.
/// </summary>
public static class EarlierDeployment
{
    /// <summary>Nobody remembers deployments of before: such a time counts seconds, or is a date written as a number.</summary>
    private static readonly DateTimeOffset s_earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="json">One JSON object.</param>
    /// <param name="policy">Says of each metric which way is worse, and which difference is worth a rollback.</param>
    /// <param name="errors">Sentences that name field and value, all that are wrong with it.</param>
    /// <returns>What a model learns from; null where something is wrong.</returns>
    public static ClusterOutcome? Decode(ReadOnlySpan<byte> json, Policy policy, out IReadOnlyList<string> errors) =>
        Fields.Parse(json, fields => Read(fields, policy), out errors);

    private static ClusterOutcome? Read(Fields fields, Policy policy)
    {
        var time = Time(fields);
        var rollout = fields.Text("rollout");
        var app = fields.Text("app");
        var outcome = fields.Word<Verdict>("outcome");
        var order = fields.OptionalCount("order");
        var change = ProfileFields.Change(fields.OptionalObject("change"));
        var cluster = fields.Object("cluster") is { } profile ? ProfileFields.Cluster(profile) : null;
        var effects = Effects(fields, policy);
        if (fields.HasErrors)
            return null;
        return new ClusterOutcome
        {
            Rollout = rollout!,
            App = app!,
            TimeMs = time!.Value.ToUnixTimeMilliseconds(),
            Change = change,
            Cluster = cluster!,
            Failed = outcome == Verdict.Bad,
            Effects = effects,
            IsLabelled = true,
            Order = order,
        };
    }

    private static DateTimeOffset? Time(Fields fields)
    {
        var time = fields.Time("time");
        if (time < s_earliest)
            fields.Fail($"field 'time' is {time:O}: a number counts milliseconds since 1970");
        return time;
    }

    private static SortedDictionary<string, double> Effects(Fields fields, Policy policy)
    {
        var effects = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, levels) in fields.OptionalObjects("metrics"))
        {
            var (before, after) = (levels.Number("before"), levels.Number("after"));
            var metric = policy.Metrics.FirstOrDefault(one => one.Name == name);
            if (metric is null)
            {
                var known = string.Join(", ", policy.Metrics.Select(one => one.Name));
                fields.Fail($"metric '{name}' isn't in policy '{policy.Name}', which has {known}");
            }
            else if (metric.MinEffect.Relative && before <= 0)
                fields.Fail($"field 'metrics.{name}.before' must be above zero, since its minEffect is relative to it");
            else if (before is { } from && after is { } to)
            {
                effects[name] = InMinEffects(metric, from, to);
                if (!double.IsFinite(effects[name]))
                    fields.Fail($"metric '{name}' has no finite difference between {from} and {to}");
            }
        }
        return effects;
    }

    private static double InMinEffects(MetricPolicy metric, double before, double after)
    {
        var effect = metric.MinEffect.Relative ? (after - before) / before : after - before;
        return metric.InMinEffects(effect);
    }
}
