using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Evidence;

/// <summary>
/// The nodes on which <see cref="RatioModel"/> computes: base rates × log-ratio of the arms × what the canary adds to it
/// (nothing, an offset too small to matter, a warm-up, a fault of one of several sizes).
/// </summary>
/// <remarks>
/// Base rates are quantiles of the gamma posterior of stable's history, followed by the same application in a shared
/// incident: several times its usual rate in both arms. An incident thus explains trouble of both arms better than any
/// fault of the canary does, even where it is so rare that a bucket seldom holds two events.
/// </remarks>
internal sealed class RatioGrid
{
    public const int Usual = 5;
    public const int Ratios = 7;
    public const int FaultSizes = 5;

    private const double MostHistoryEvents = 40;
    private const double IncidentRateMost = 0.6;
    private const double HarmlessMost = 0.28;
    private static readonly double[] s_incidents = [3, 8, 20, 60];
    private static readonly double[] s_quantiles = [-1.4, -0.7, 0, 0.7, 1.4];
    private static readonly double[] s_sizeWeights = [0.3, 0.35, 0.2, 0.1, 0.05];
    private static readonly double[] s_quantileWeights = [0.13, 0.23, 0.28, 0.23, 0.13];

    /// <param name="prior">What is believed of the usual rate before the history.</param>
    public RatioGrid(
        double events,
        double trials,
        double ratioDeviation,
        MinEffect minEffect,
        bool rising,
        RatioPrior prior
    )
    {
        var strength = Math.Min(1, MostHistoryEvents / Math.Max(events, 1e-9));
        var shape = prior.Events + events * strength;
        var rate = prior.Trials + trials * strength;
        Expected = shape / rate;
        MinEffect = minEffect.Relative ? minEffect.Size * Expected : minEffect.Size;

        Rates = new double[Usual + s_incidents.Length];
        for (var i = 0; i < Usual; i++)
            Rates[i] = Math.Clamp(GammaQuantile(shape, s_quantiles[i]) / rate, 1e-7, 0.9);
        for (var i = 0; i < s_incidents.Length; i++)
            Rates[Usual + i] = Math.Min(Expected * s_incidents[i], Math.Max(IncidentRateMost, Rates[Usual - 1]));

        RatioLogs = Persistence.Nodes(Ratios);
        for (var j = 0; j < Ratios; j++)
            RatioLogs[j] *= ratioDeviation;
        RatioDeviation = ratioDeviation;
        Sizes = FaultSizesFrom(MinEffect, Expected, rising);
        FaultLogs = new double[FaultSizes * Rates.Length];
        for (var r = 0; r < FaultSizes; r++)
        for (var i = 0; i < Rates.Length; i++)
            FaultLogs[r * Rates.Length + i] = LogRatio(Rates[i], Sizes[r], rising);
        HarmlessLog = Math.Clamp(0.75 * LogRatio(Expected, MinEffect, rising), -HarmlessMost, HarmlessMost);
        WarmUpLog = rising ? 1.2 : -0.5;
    }

    /// <summary>Posterior mean of the usual rate.</summary>
    public double Expected { get; }

    /// <summary>The policy's minEffect as an absolute difference of rates at the expected rate.</summary>
    public double MinEffect { get; }

    /// <summary>Base rates: <see cref="Usual"/> ones, then those of incidents, rising.</summary>
    public double[] Rates { get; }

    /// <summary>ln(canary's rate / stable's) by the arms' own noise.</summary>
    public double[] RatioLogs { get; }

    public double RatioDeviation { get; }

    /// <summary>Fault sizes as absolute differences of rates, rising.</summary>
    public double[] Sizes { get; }

    /// <summary>ln-ratio that a fault adds: [size × rate].</summary>
    public double[] FaultLogs { get; }

    /// <summary>ln-ratio of a persistent offset that isn't worth a rollback.</summary>
    public double HarmlessLog { get; }

    /// <summary>ln-ratio of a warm-up in its first moment.</summary>
    public double WarmUpLog { get; }

    /// <summary>Prior probabilities of the fault sizes.</summary>
    public static ReadOnlySpan<double> SizeWeights => s_sizeWeights;

    public static ReadOnlySpan<double> UsualWeights => s_quantileWeights;

    private static double LogRatio(double rate, double size, bool rising) =>
        rising
            ? Math.Log(Math.Min(rate + size, Math.Max(0.97, rate)) / rate)
            : Math.Log(Math.Max(1 - size / rate, 0.03));

    private static double[] FaultSizesFrom(double minEffect, double rate, bool rising)
    {
        var largest = rising ? Math.Max(0.5, 2 * minEffect) : 0.97 * rate;
        var smallest = Math.Min(1.15 * minEffect, 0.6 * largest);
        var sizes = new double[FaultSizes];
        for (var r = 0; r < FaultSizes; r++)
            sizes[r] = smallest * Math.Pow(largest / smallest, r / (FaultSizes - 1.0));
        return sizes;
    }

    /// <summary>Wilson &amp; Hilferty's approximation (1931) of the quantile at <paramref name="z"/> standard deviations.</summary>
    private static double GammaQuantile(double shape, double z)
    {
        var cubeRoot = 1 - 1 / (9 * shape) + z / (3 * Math.Sqrt(shape));
        return shape * Math.Pow(Math.Max(cubeRoot, 0.05), 3);
    }
}
