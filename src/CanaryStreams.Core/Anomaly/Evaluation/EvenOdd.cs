namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>
/// Every second item of a list, from the first and from the second on: one half chooses thresholds, the other reports.
/// </summary>
public static class EvenOdd
{
    public static List<T> Even<T>(IEnumerable<T> items) => [.. items.Where((_, i) => i % 2 == 0)];

    public static List<T> Odd<T>(IEnumerable<T> items) => [.. items.Where((_, i) => i % 2 == 1)];
}
