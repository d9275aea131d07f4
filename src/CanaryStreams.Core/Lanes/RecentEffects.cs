using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// The last buckets of a promoted series beside what was expected: whether the harm that evidence has gathered is there still. Evidence
/// remembers; where nothing runs beside, what is over has to be over at once.
/// </summary>
/// <param name="isRare">A bucket has too few events for a middle of buckets: the mean over some more counts.</param>
internal sealed class RecentEffects(bool isRare, EvidenceSettings settings)
{
    private const double Minutes = 5;
    private const double MinutesOfRare = 7;

    private readonly Arm[] _ring = new Arm[
        Math.Max(3, (int)Math.Round((isRare ? MinutesOfRare : Minutes) / settings.BucketMinutes))
    ];
    private int _next;

    public void Add(in Arm actual)
    {
        if (!(actual.Count > 0))
            return;
        _ring[_next++ % _ring.Length] = actual;
    }

    /// <summary>Level − expected, in the unit of the policy's minEffect; NaN before the first bucket.</summary>
    public double Of(MetricPolicy metric, double expected)
    {
        var seen = _ring.AsSpan(0, Math.Min(_next, _ring.Length));
        if (seen.IsEmpty)
            return double.NaN;
        double level;
        if (isRare)
        {
            var (sum, count) = (0.0, 0.0);
            foreach (var arm in seen)
                (sum, count) = (sum + arm.Mean * arm.Count, count + arm.Count);
            level = sum / count;
        }
        else
        {
            var means = new double[seen.Length];
            for (var i = 0; i < means.Length; i++)
                means[i] = seen[i].Mean;
            level = Robust.Median(means);
        }
        return (level - expected) / (metric.MinEffect.Relative ? Math.Max(Math.Abs(expected), 1e-12) : 1);
    }
}
