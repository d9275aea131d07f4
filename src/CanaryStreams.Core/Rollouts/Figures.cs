using System.Globalization;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Effects, values and probabilities as a person reads them, in the unit of their metric.</summary>
public static class Figures
{
    /// <summary><c>1.86 points above stable (95 % interval 0.58…3.13)</c>.</summary>
    /// <param name="effect">As evidence gives it: absolute, or a fraction of stable where minEffect is relative.</param>
    /// <param name="other">What it was compared with.</param>
    public static string Effect(
        string metric,
        double effect,
        double lower,
        double upper,
        Policy policy,
        string other = "stable"
    )
    {
        var (scale, unit) = UnitOf(metric, policy);
        var (side, low, high) = effect < 0 ? ("below", -upper, -lower) : ("above", lower, upper);
        return $"{Number(Math.Abs(effect) * scale)}{unit} {side} {other} "
            + $"(95 % interval {Number(low * scale)}…{Number(high * scale)})";
    }

    /// <summary>The same in short, <c>+1.86 points (0.58…3.13)</c>, for tables.</summary>
    public static string SignedEffect(string metric, double effect, double lower, double upper, Policy policy)
    {
        var (scale, unit) = UnitOf(metric, policy);
        var sign = effect > 0 ? "+" : "";
        return $"{sign}{Number(effect * scale)}{unit} ({Number(lower * scale)}…{Number(upper * scale)})";
    }

    /// <summary>The policy's smallest effect worth a rollback, <c>0.2 points</c>.</summary>
    public static string MinEffect(string metric, Policy policy)
    {
        var size = MetricOf(metric, policy)?.MinEffect.Size ?? policy.SyntheticMinEffect;
        var (scale, unit) = UnitOf(metric, policy);
        return $"{Number(size * scale)}{unit}";
    }

    /// <summary>A mean of the metric: per cent for a ratio, <c>unknown</c> for NaN.</summary>
    public static string Value(string metric, double value, Policy policy)
    {
        if (!double.IsFinite(value))
            return "unknown";
        return MetricOf(metric, policy) is { Kind: not MetricKind.Ratio }
            ? Significant(value)
            : $"{Significant(100 * value)} %";
    }

    /// <summary>Three significant digits, without an exponent where that is readable.</summary>
    public static string Significant(double value)
    {
        if (!double.IsFinite(value))
            return "unknown";
        if (value == 0)
            return "0";
        var size = Math.Abs(value);
        if (size is >= 1e6 or < 1e-3)
            return value.ToString("0.##e0", CultureInfo.InvariantCulture);
        var digits = Math.Max(0, 2 - (int)Math.Floor(Math.Log10(size)));
        return Math.Round(value, digits).ToString("0.#####", CultureInfo.InvariantCulture);
    }

    public static string EValue(double value) => value < 10_000 ? $"{value:0.#}" : $"{value:0.0e0}";

    /// <summary>A small probability in per cent, <c>0.067 %</c>.</summary>
    public static string Percent(double probability) =>
        probability is > 0 and < 1e-5 ? "less than 0.001 %" : $"{Significant(100 * probability)} %";

    /// <summary>Two decimals at most; adding zero takes the sign from what is rounded to it.</summary>
    private static string Number(double value) =>
        double.IsFinite(value) ? $"{Math.Round(value, 2) + 0.0:0.##}" : "unknown";

    private static MetricPolicy? MetricOf(string metric, Policy policy) =>
        policy.Metrics.FirstOrDefault(m => m.Name == metric);

    /// <summary>A metric that the policy doesn't name is a synthetic transaction's, a ratio.</summary>
    private static (double Scale, string Unit) UnitOf(string metric, Policy policy) =>
        MetricOf(metric, policy) switch
        {
            { MinEffect.Relative: true } => (100, " %"),
            { Kind: not MetricKind.Ratio } => (1, ""),
            _ => (100, " points"),
        };
}
