namespace CanaryStreams.Core.Anomaly;

/// <summary>
/// Points of the unit circle by plain arithmetic. The sine of a library may differ in its last digit from machine to
/// machine; these don't, and so neither does anything that is computed with them.
/// </summary>
internal static class UnitCircle
{
    /// <summary>exp(2πi·step/steps).</summary>
    /// <param name="step">Any integer: the circle is walked as often as needed.</param>
    /// <param name="steps">A positive multiple of 8, at most 2²⁰.</param>
    /// <returns>Both within two units of the last place of 1.</returns>
    public static (double Cos, double Sin) At(long step, int steps)
    {
        var eighth = steps / 8;
        var turn = ((step % steps) + steps) % steps;
        var (octant, rest) = Math.DivRem(turn, eighth);
        // In odd octants the angle is counted back from the next axis or diagonal, so that it never exceeds π/4.
        var isOdd = octant % 2 != 0;
        var angle = 2 * Math.PI * (isOdd ? eighth - rest : rest) / steps;
        var (cos, sin) = (Cos(angle), Sin(angle));
        if (octant is 1 or 2 or 5 or 6)
            (cos, sin) = (sin, cos);
        return (octant is >= 2 and < 6 ? -cos : cos, octant >= 4 ? -sin : sin);
    }

    // Taylor series, whose next term is below 1e-17 on 0..π/4.
    private static double Sin(double x)
    {
        var square = x * x;
        var sum = 1.0;
        for (var n = 16; n >= 2; n -= 2)
            sum = 1 - (square * sum / (n * (n + 1)));
        return x * sum;
    }

    private static double Cos(double x)
    {
        var square = x * x;
        var sum = 1.0;
        for (var n = 17; n >= 1; n -= 2)
            sum = 1 - (square * sum / (n * (n + 1)));
        return sum;
    }
}
