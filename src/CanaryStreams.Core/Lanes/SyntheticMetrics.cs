namespace CanaryStreams.Core.Lanes;

/// <summary>The names under which results of synthetic transactions become series.</summary>
public static class SyntheticMetrics
{
    private const string FailedPrefix = "synthetic:";
    private const string DurationPrefix = "synthetic_ms:";

    /// <summary>Share of failed runs, a ratio; the metric that carries the evidence of pairs.</summary>
    public static string Failed(string transaction) => FailedPrefix + transaction;

    /// <summary>Duration of a run, milliseconds.</summary>
    public static string Duration(string transaction) => DurationPrefix + transaction;

    /// <summary>The transaction whose share of failed runs a metric is; null where it is none.</summary>
    public static string? TransactionOf(string metric) =>
        metric.StartsWith(FailedPrefix, StringComparison.Ordinal) ? metric[FailedPrefix.Length..] : null;
}
