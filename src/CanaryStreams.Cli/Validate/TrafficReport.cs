using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Engine.Configuration;

namespace CanaryStreams.Cli.Validate;

/// <summary>What the policies can see at which traffic, in lines for a person.</summary>
internal static class TrafficReport
{
    /// <summary>Policies that are told of: each costs a moment, and most of many are alike.</summary>
    private const int PoliciesMax = 10;

    /// <summary>How much traffic the first step needs, for each ratio that a policy names.</summary>
    public static void WriteNeeds(CanaryStreamsOptions options, TextWriter output)
    {
        var rows = options
            .Policies.Take(PoliciesMax)
            .SelectMany(policy => Rows(policy, options.Stream.Bucket))
            .ToList();
        if (rows.Count == 0)
            return;
        output.WriteLine();
        TextTable.Write(
            output,
            [
                ["policy", "first step", "sees", "by", "from requests a minute"],
                .. rows,
            ]
        );
    }

    /// <summary>What can't be seen at so many requests a minute in a cluster, a warning for each policy that it concerns.</summary>
    public static void Warn(CanaryStreamsOptions options, double perMinute, TextWriter output, TextWriter error)
    {
        foreach (var policy in options.Policies.Take(PoliciesMax))
        {
            var outlook = TrafficNeed.OutlookAt(policy, perMinute, options.Stream.Bucket);
            var isWarning = outlook.Metrics.Any(metric => metric.Grave.Minutes is null);
            var (writer, kind) = isWarning ? (error, "warning: ") : (output, "");
            if (outlook.Metrics.Count > 0)
                writer.WriteLine($"{kind}policy {policy.Name}: {OutlookSentence.Of(outlook)}");
        }
    }

    private static IEnumerable<string[]> Rows(Policy policy, TimeSpan bucket)
    {
        var weight = TrafficNeed.PlanOf(policy).CanarySteps[0];
        foreach (var metric in policy.Metrics.Where(metric => metric.Kind == MetricKind.Ratio))
        {
            var rate = TrafficNeed.UsualRate(metric);
            var change = OutlookSentence.Change(rate, AskedEffect.Grave(metric, rate));
            var need = TrafficNeed.PerMinute(policy, metric, bucket) is { } perMinute
                ? OutlookSentence.Number(double.Parse($"{perMinute:G2}"))
                : "no number of them";
            yield return
            [
                policy.Name,
                $"{weight} %",
                $"{metric.Name} {change}",
                Quantities.Show(policy.DecideBy),
                need,
            ];
        }
    }
}
