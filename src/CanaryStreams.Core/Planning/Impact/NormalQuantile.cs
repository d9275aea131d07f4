namespace CanaryStreams.Core.Planning.Impact;

/// <summary>Inverse of the standard normal distribution function (Acklam 2003; relative error below 1.2e-9).</summary>
internal static class NormalQuantile
{
    private const double Tail = 0.02425;

    private static readonly double[] s_a =
    [
        -39.69683028665376,
        220.9460984245205,
        -275.9285104469687,
        138.357751867269,
        -30.66479806614716,
        2.506628277459239,
    ];
    private static readonly double[] s_b =
    [
        -54.47609879822406,
        161.5858368580409,
        -155.6989798598866,
        66.80131188771972,
        -13.28068155288572,
        1,
    ];
    private static readonly double[] s_c =
    [
        -0.007784894002430293,
        -0.3223964580411365,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    ];
    private static readonly double[] s_d =
    [
        0.007784695709041462,
        0.3224671290700398,
        2.445134137142996,
        3.754408661907416,
        1,
    ];

    /// <param name="p">In (0,1).</param>
    public static double Of(double p)
    {
        if (p > 1 - Tail)
            return -Of(1 - p);
        if (p < Tail)
        {
            var q = Math.Sqrt(-2 * Math.Log(p));
            return Polynomial(s_c, q) / Polynomial(s_d, q);
        }
        var centred = p - 0.5;
        var square = centred * centred;
        return centred * Polynomial(s_a, square) / Polynomial(s_b, square);
    }

    private static double Polynomial(double[] coefficients, double x)
    {
        var sum = 0.0;
        foreach (var coefficient in coefficients)
            sum = sum * x + coefficient;
        return sum;
    }
}
