using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Evidence;

/// <summary>
/// How two arms' values become one difference y in which worse is up. Positive metrics are compared by ln canary − ln
/// stable, so that load that moves both cancels; metrics that were seen at zero or below by canary − stable over a robust
/// scale of stable's history (median of |value|, or 1.48 × median absolute deviation where that is larger). There a
/// relative minEffect is a fraction of stable's median, or of the scale where the median is about zero. Where stable is
/// zero as a rule the scale is the median of the values other than zero that either arm showed, no less than an absolute
/// minEffect.
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

    /// <param name="canaryValues">Used only where stable's values are zero as a rule.</param>
    public LevelScale(
        IReadOnlyList<double> stableValues,
        IReadOnlyList<double> canaryValues,
        MinEffect minEffect,
        bool rising
    )
    {
        var sorted = stableValues.Order().ToArray();
        var median = Robust.MedianOfSorted(sorted);
        _logarithmic = sorted.Length > 0 && sorted[0] > 0;
        _level = Math.Abs(median);
        var magnitude = Robust.Median(sorted.Select(Math.Abs));
        var robust = Math.Max(magnitude, Robust.Deviation(sorted));
        IsLearnt = robust > 0;
        _scale = Math.Max(IsLearnt ? robust : Shown(stableValues.Concat(canaryValues), minEffect), 1e-9);
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

    public static LevelScale Learn(
        MetricPolicy policy,
        bool rising,
        IReadOnlyList<Arm> history,
        IReadOnlyList<Arm> canary
    ) => new(Values(history), Values(canary), policy.MinEffect, rising);

    /// <summary>Whether stable's own values tell the scale; not where they are zero as a rule.</summary>
    public bool IsLearnt { get; }

    /// <summary>minEffect in the unit of y; &gt; 0.</summary>
    public double MinEffect { get; }

    /// <summary>One arm's value on the scale on which differences are taken.</summary>
    public double Position(double value) =>
        _logarithmic ? Math.Log(Math.Max(value, LeastOfLevel * _level)) : value / _scale;

    public double Difference(double canary, double stable) => _sign * (Position(canary) - Position(stable));

    /// <summary>y back in the unit that the policy's minEffect has, canary − stable.</summary>
    public double Effect(double difference)
    {
        var signed = _sign * difference;
        if (_logarithmic)
            return (Math.Exp(Math.Clamp(signed, -50, 50)) - 1) * (_relative ? 1 : _level);
        return signed * _scale / (_relative ? _unit : 1);
    }

    /// <summary>Derivative of the position: noise of the value over this is noise of the position.</summary>
    public double Unit(double value) => _logarithmic ? Math.Max(value, LeastOfLevel * _level) : _scale;

    /// <summary>The usual size of the values other than zero; 1 where there are none.</summary>
    private static double Shown(IEnumerable<double> values, MinEffect minEffect)
    {
        var sizes = values.Where(value => value != 0).Select(Math.Abs).ToArray();
        var least = minEffect.Relative ? 0 : minEffect.Size;
        return sizes.Length == 0 && least == 0 ? 1 : Math.Max(Robust.Median(sizes), least);
    }

    private static List<double> Values(IReadOnlyList<Arm> arms)
    {
        var values = new List<double>();
        foreach (var arm in arms)
            if (arm is { IsEmpty: false, Count: > 0 } && double.IsFinite(arm.Mean))
                values.Add(arm.Mean);
        return values;
    }
}
