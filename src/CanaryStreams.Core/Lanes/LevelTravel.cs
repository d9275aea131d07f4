using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// How far a series' level goes by itself: the most by which a quarter of an hour of the past lay above, and below, the hour that
/// ended up to a watch's length before it. Nothing beside a promoted version shows what the day brings to both, so a difference that the
/// old version had with itself isn't taken for the new one's doing.
/// </summary>
/// <param name="Rise">≥ 0, in the unit of the policy's minEffect.</param>
/// <param name="Fall">The same downwards, ≥ 0.</param>
internal readonly record struct LevelTravel(double Rise, double Fall)
{
    private const double StretchMinutes = 15;
    private const int StretchesBefore = 4;

    /// <summary>A past of so many stretches may have seen half of what there is to see.</summary>
    private const double HalfSeen = 4;

    public double Of(double effect) => effect < 0 ? Fall : Rise;

    /// <param name="past">Oldest first, empty buckets included.</param>
    /// <param name="ahead">How long after the past the level is judged.</param>
    public static LevelTravel Of(
        MetricPolicy metric,
        IReadOnlyList<Arm> past,
        TimeSpan ahead,
        EvidenceSettings settings
    )
    {
        var levels = Levels(metric, past, Math.Max(1, (int)Math.Round(StretchMinutes / settings.BucketMinutes)));
        var (rise, fall) = (0.0, 0.0);
        var gaps = Math.Max(1, (int)Math.Ceiling(ahead.TotalMinutes / StretchMinutes));
        for (var at = 1; at < levels.Count; at++)
        for (var end = Math.Max(1, at - gaps + 1); end <= at; end++)
        {
            var before = levels
                .GetRange(Math.Max(0, end - StretchesBefore), end - Math.Max(0, end - StretchesBefore))
                .Average();
            var unit = metric.MinEffect.Relative ? Math.Abs(before) : 1;
            if (!(unit > 0))
                continue;
            rise = Math.Max(rise, (levels[at] - before) / unit);
            fall = Math.Max(fall, (before - levels[at]) / unit);
        }
        var unseen = 1 + HalfSeen / Math.Max(levels.Count, 1);
        return new LevelTravel(unseen * rise, unseen * fall);
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
