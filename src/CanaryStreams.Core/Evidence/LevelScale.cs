using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Evidence;

/// <summary>
/// How two arms' values become one difference y in which worse is up. Positive metrics are compared by ln canary − ln
/// stable, so that load that moves both cancels; metrics that were seen at zero or below by canary − stable over a robust
/// scale of stable's history (median of |value|, or 1.48 × median absolute deviation where that is larger). There a
/// relative minEffect is a fraction of stable's median, or of the scale where the median is about zero.
/// </summary>
internal sealed class LevelScale
{
    private const double LeastOfLevel = 1e-3;
    private readonly bool _logarithmic;
    private readonly double _level;
    private readonly double _scale;
    private readonly double _sign;
    private readonly bool _relative;
    private readonly double _unit;

    public LevelScale(IReadOnlyList<double> stableValues, MinEffect minEffect, bool rising)
    {
        var sorted = stableValues.Order().ToArray();
        var median = Robust.MedianOfSorted(sorted);
        _logarithmic = sorted.Length > 0 && sorted[0] > 0;
        _level = Math.Abs(median);
        var magnitude = Robust.Median(sorted.Select(Math.Abs));
        _scale = Math.Max(Math.Max(magnitude, Robust.Deviation(sorted)), 1e-9);
        _sign = rising ? 1 : -1;
        _relative = minEffect.Relative;
        var share = minEffect.Relative ? minEffect.Size : minEffect.Size / Math.Max(_level, 1e-12);
        _unit =
            !minEffect.Relative ? _scale
            : _level > 0.1 * _scale ? _level
            : _scale;
        MinEffect =
            !_logarithmic ? minEffect.Size * (minEffect.Relative ? _unit : 1) / _scale
            : rising ? Math.Log(1 + share)
            : -Math.Log(Math.Max(1 - share, 0.02));
    }

    public static LevelScale Learn(MetricPolicy policy, bool rising, IReadOnlyList<Arm> history)
    {
        var values = new List<double>();
        foreach (var arm in history)
            if (arm is { IsEmpty: false, Count: > 0 } && double.IsFinite(arm.Mean))
                values.Add(arm.Mean);
        return new LevelScale(values, policy.MinEffect, rising);
    }

    /// <summary>minEffect in the unit of y; &gt; 0.</summary>
    public double MinEffect { get; }

    /// <summary>One arm's value on the scale on which differences are taken.</summary>
    public double Position(double value) =>
        _logarithmic ? Math.Log(Math.Max(value, LeastOfLevel * _level)) : value / _scale;

    public double Difference(double canary, double stable) => _sign * (Position(canary) - Position(stable));

    /// <summary>y back in the unit that the policy's minEffect has, canary − stable.</summary>
    public double Effect(double difference)
    {
        var signed = Math.Clamp(_sign * difference, -50, 50);
        if (_logarithmic)
            return (Math.Exp(signed) - 1) * (_relative ? 1 : _level);
        return signed * _scale / (_relative ? _unit : 1);
    }

    /// <summary>Derivative of the position: noise of the value over this is noise of the position.</summary>
    public double Unit(double value) => _logarithmic ? Math.Max(value, LeastOfLevel * _level) : _scale;
}
