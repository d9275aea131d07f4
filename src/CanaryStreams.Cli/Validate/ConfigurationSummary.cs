using System.Net;
using CanaryStreams.Core.Policies;
using CanaryStreams.Engine.Configuration;

namespace CanaryStreams.Cli.Validate;

/// <summary>What a configuration comes to, defaults and inheritance included, in lines for a person. Prints no secret.</summary>
internal static class ConfigurationSummary
{
    public static void Write(CanaryStreamsOptions options, TextWriter output)
    {
        output.WriteLine("The configuration is valid.");
        output.WriteLine();
        output.WriteLine(
            $"kafka      {options.Kafka.Bootstrap?.Shown ?? "embedded broker"}, group {options.Kafka.Group}"
        );
        if (options.Kafka.Librdkafka is { Count: > 0 } passed)
            output.WriteLine($"librdkafka {string.Join(", ", passed.Select(one => $"{one.Key}={one.Value}"))}");
        // A URL says of which kind it is.
        var kind = options.Journal.Kind == JournalKind.Sqlite ? "sqlite:" : "";
        output.WriteLine($"journal    {kind}{options.Journal.Location}");
        output.WriteLine(
            $"retention  archived after {Show(options.Retention.ArchiveAfter)}, forgotten after {Show(options.Retention.ForgetAfter)}"
        );
        output.WriteLine($"learning   fleet {(options.Learning.Fleet ? "on" : "off")}");
        output.WriteLine(
            $"stream     bucket {Show(options.Stream.Bucket)}, allowed lateness {Show(options.Stream.AllowedLateness)}, history {Show(options.Stream.History)}"
        );
        output.WriteLine($"snapshots  of lanes every {Show(options.Snapshots.Every)}");
        output.WriteLine($"detector   {options.Detector.File?.Shown ?? "the model that ships with the program"}");
        output.WriteLine($"http       {(options.Http is { } http ? Show(http) : "off")}");
        output.WriteLine();
        TextTable.Write(output, [PolicyHeader, .. options.Policies.Select(PolicyRow)]);
        output.WriteLine();
        TextTable.Write(
            output,
            [
                MetricHeader,
                .. options.Policies.SelectMany(policy => policy.Metrics.Select(metric => MetricRow(policy, metric))),
            ]
        );
    }

    private static string[] PolicyHeader { get; } =
    ["policy", "steps", "waves", "blast", "bake", "decide by", "else", "budget", "threshold", "horizon", "synthetic"];

    private static string[] MetricHeader { get; } = ["policy", "metric", "kind", "worse", "min effect"];

    private static string[] PolicyRow(Policy policy) =>
        [
            policy.Name,
            policy.Steps is { } steps ? string.Join(' ', steps) : "planned",
            policy.Waves == WaveRule.ByRisk ? "by risk" : "one by one",
            Name(policy.Blast),
            Show(policy.Bake),
            Show(policy.DecideBy),
            Name(policy.Inconclusive),
            $"{policy.FalseRollbackBudget}",
            policy.FailureThreshold is { } threshold ? $"{threshold}" : "adaptive",
            Show(policy.Horizon),
            policy.SyntheticRollsBack ? "rolls back" : "shown only",
        ];

    private static string[] MetricRow(Policy policy, MetricPolicy metric) =>
        [policy.Name, metric.Name, Name(metric.Kind), Name(metric.Worse), Quantities.Show(metric.MinEffect)];

    private static string Show(HttpOptions http) =>
        $"{new IPEndPoint(http.Bind, http.Port)}, {(http.Token is null ? "no token" : "asks for its token")}";

    private static string Show(TimeSpan duration) => Quantities.Show(duration);

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
