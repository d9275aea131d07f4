using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Lanes;

/// <summary>e-values as signals carry them, of the logarithms that evidence works with.</summary>
internal static class EValues
{
    /// <summary>ln 1e300.</summary>
    private const double LogMax = 690.7755;

    /// <summary>At most 1e300, in significant digits.</summary>
    public static double Of(double logE) => SignificantDigits.Round(Math.Exp(Math.Min(logE, LogMax)));
}
