namespace CanaryStreams.Cli.Plot;

/// <summary>Writes the numbers of one axis alike: in one unit, with the decimals that its step needs.</summary>
internal sealed class ValueLabels
{
    private const int DecimalsMax = 4;
    private const double ScientificFrom = 1e15;

    // From is the magnitude from which the unit is used: four digits are read at a glance.
    private static readonly (double Size, double From, string Suffix)[] Units =
    [
        (1e12, 1e12, "T"),
        (1e9, 1e9, "G"),
        (1e6, 1e6, "M"),
        (1e3, 1e4, "k"),
        (1, 0, ""),
    ];

    private readonly double _unit;
    private readonly string _format;
    private readonly string _suffix;

    private ValueLabels(double unit, string format, string suffix)
    {
        (_unit, _format, _suffix) = (unit, format, suffix);
    }

    /// <param name="largest">Largest magnitude on the axis.</param>
    /// <param name="step">Distance of two ticks.</param>
    public static ValueLabels For(double largest, double step)
    {
        if (largest >= ScientificFrom || (Decimals(step) > DecimalsMax && largest < 1))
            return new ValueLabels(1, "0.###e0", "");
        // A few large numbers that differ in their last digits (a counter, an epoch) need all of them.
        var (size, _, suffix) = Units.First(unit =>
            unit.Size == 1 || (largest >= unit.From && Decimals(step / unit.Size) <= 2)
        );
        return new ValueLabels(size, "F" + Math.Min(Decimals(step / size), 9), suffix);
    }

    /// <summary>One number by itself, to four digits.</summary>
    public static string Compact(double value)
    {
        var size = Math.Abs(value);
        if (size is >= ScientificFrom or (> 0 and < 1e-4))
            return value.ToString("0.##e0");
        var (unit, _, suffix) = Units.First(unit => size >= unit.From);
        return $"{value / unit:G4}{suffix}";
    }

    public string Text(double value)
    {
        var text = (value / _unit).ToString(_format);
        // No "-0" and no unit behind nothing.
        return value == 0 || text.AsSpan().TrimStart('-').Trim("0.") is "" ? "0" : text + _suffix;
    }

    private static int Decimals(double step) => Math.Max(0, (int)-Math.Floor(Math.Log10(step) + 1e-9));
}
