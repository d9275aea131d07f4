namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>What a way of planning came to over the rollouts of a scenario.</summary>
/// <param name="MetFault">Requests that met a bad version while it was rolled out.</param>
/// <param name="MetInAll">With those after the promotion of a bad one, until an incident takes it out.</param>
/// <param name="MinutesToPromotion">Mean of the good updates that were promoted; NaN where none was.</param>
/// <param name="DetectionMinutes">Median of the bad ones that were caught; NaN where none was.</param>
public sealed record FleetMeasures(
    int Rollouts,
    int Bad,
    double MetFault,
    double MetInAll,
    double MinutesToPromotion,
    int FalseRollbacks,
    int Missed,
    int Unfinished,
    double DetectionMinutes
)
{
    public static FleetMeasures Of(IReadOnlyCollection<FleetResult> results) =>
        new(
            results.Count,
            results.Count(result => result.Update.IsBad),
            MetFaultOf(results),
            MetInAllOf(results),
            MinutesToPromotionOf(results),
            results.Count(result => result.IsFalseRollback),
            results.Count(result => result.IsMissed),
            results.Count(result => result.IsUnfinished),
            Median([.. results.Select(result => result.DetectionMinutes).OfType<double>()])
        );

    public static double MetFaultOf(IEnumerable<FleetResult> results) => results.Sum(result => result.MetFault);

    public static double MetInAllOf(IEnumerable<FleetResult> results) =>
        results.Sum(result => result.MetFault + result.MetAfter);

    public static double MinutesToPromotionOf(IEnumerable<FleetResult> results) =>
        results.Select(result => result.MinutesToPromotion).OfType<double>().DefaultIfEmpty(double.NaN).Average();

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values.Length == 0 ? double.NaN : (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
