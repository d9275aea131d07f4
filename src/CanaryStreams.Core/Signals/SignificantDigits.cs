using System.Globalization;

namespace CanaryStreams.Core.Signals;

/// <summary>
/// Numbers leave the lane with six significant digits: more than anybody reads, and few enough that the last bits in
/// which processors and mathematical libraries differ don't reach a decision or a byte of the output.
/// </summary>
public static class SignificantDigits
{
    private const int Kept = 6;
    private const int ExponentMax = 22;

    /// <summary>Powers of ten that a double holds exactly.</summary>
    private static readonly double[] PowersOfTen =
    [
        .. Enumerable.Range(0, ExponentMax + 1).Select(n => Math.Pow(10, n)),
    ];

    public static double Round(double value)
    {
        if (value == 0 || !double.IsFinite(value))
            return value;
        var shift = Kept - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return shift switch
        {
            > ExponentMax or < -ExponentMax => RoundText(value),
            >= 0 => Math.Round(value * PowersOfTen[shift]) / PowersOfTen[shift],
            _ => Math.Round(value / PowersOfTen[-shift]) * PowersOfTen[-shift],
        };
    }

    /// <summary>Slower, for the few numbers whose power of ten no double holds.</summary>
    private static double RoundText(double value) =>
        double.Parse(value.ToString("E5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
