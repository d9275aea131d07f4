using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// How far a series' level moves by itself within the past that is known: the largest rise and the largest fall between two
/// stretches of a quarter of an hour, the earlier one first. Nothing beside a promoted version shows what the day brings to both, so a
/// difference as large as the old version had with itself isn't taken for the new version's doing.
/// </summary>
/// <param name="Rise">≥ 0, in the unit of the policy's minEffect.</param>
/// <param name="Fall">The same downwards, ≥ 0.</param>
internal readonly record struct LevelTravel(double Rise, double Fall)
{
    private const double StretchMinutes = 15;

    public double Of(double effect) => effect < 0 ? Fall : Rise;

    /// <param name="past">Oldest first, empty buckets included.</param>
    public static LevelTravel Of(MetricPolicy metric, IReadOnlyList<Arm> past, EvidenceSettings settings)
    {
        var levels = Levels(metric, past, Math.Max(1, (int)Math.Round(StretchMinutes / settings.BucketMinutes)));
        var (rise, fall) = (0.0, 0.0);
        for (var later = 1; later < levels.Count; later++)
        for (var earlier = 0; earlier < later; earlier++)
        {
            var unit = metric.MinEffect.Relative ? Math.Abs(levels[earlier]) : 1;
            if (!(unit > 0))
                continue;
            var change = (levels[later] - levels[earlier]) / unit;
            rise = Math.Max(rise, change);
            fall = Math.Max(fall, -change);
        }
        return new LevelTravel(rise, fall);
    }

    /// <summary>Of whole stretches, the newest complete; one that is mostly empty has none.</summary>
    private static List<double> Levels(MetricPolicy metric, IReadOnlyList<Arm> past, int stretch)
    {
        var levels = new List<double>();
        for (var from = past.Count % stretch; from + stretch <= past.Count; from += stretch)
        {
            Arm[] speaking =
            [
                .. past.Skip(from).Take(stretch).Where(arm => arm.Count > 0 && double.IsFinite(arm.Mean)),
            ];
            if (2 * speaking.Length >= stretch)
                levels.Add(Level(metric, speaking));
        }
        return levels;
    }

    /// <summary>
    /// The middle, which moments of trouble don't move; of a ratio, whose rare events have none, the mean without the sixth at either
    /// end.
    /// </summary>
    private static double Level(MetricPolicy metric, Arm[] speaking)
    {
        if (metric.Kind != MetricKind.Ratio)
            return Robust.Median(speaking.Select(arm => arm.Mean));
        var kept = speaking.OrderBy(arm => arm.Mean).Skip(speaking.Length / 6).SkipLast(speaking.Length / 6).ToList();
        return kept.Sum(arm => arm.Mean * arm.Count) / kept.Sum(arm => arm.Count);
    }
}
