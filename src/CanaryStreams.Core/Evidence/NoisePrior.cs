namespace CanaryStreams.Core.Evidence;

/// <summary>One hypothesis about the slow noise of the difference of two healthy arms.</summary>
/// <param name="Deviation">Its stationary standard deviation, on the scale of the difference; &gt; 0.</param>
/// <param name="Autocorrelation">φ of one minute, in [0,1).</param>
/// <param name="Weight">Prior probability.</param>
/// <param name="WarmUp">Standard deviation of the warm-up that the canary may begin with.</param>
/// <param name="IsStrange">Unlike what was learnt: kept in view in case.</param>
internal readonly record struct NoiseNode(
    double Deviation,
    double Autocorrelation,
    double Weight,
    bool IsStrange = false,
    double WarmUp = LevelFilter.WarmUpDeviation
);

/// <summary>
/// What is believed of the slow noise of the difference of two healthy arms before any of it is seen and where no fleet
/// has taught it: which part of stable's own slow noise it has (the rest is load that both arms share) and how slow it
/// is. Every part is combined with every autocorrelation; evidence learns which holds while it looks.
/// </summary>
internal static class NoisePrior
{
    private static readonly (double Part, double Weight)[] s_parts = [(0.15, 0.42), (0.35, 0.44), (0.9, 0.14)];

    /// <summary>Where no history tells stable's own noise it may be many times as large as the assumed one.</summary>
    private static readonly (double Part, double Weight)[] s_unknown =
    [
        (0.15, 0.3),
        (0.35, 0.3),
        (0.9, 0.2),
        (2.7, 0.12),
        (8, 0.08),
    ];

    private static readonly (double Value, double Weight)[] s_autocorrelations = [(0.6, 0.72), (0.9, 0.28)];

    public static NoiseNode[] Of(LevelNoise own) =>
        [
            .. from part in own.IsAssumed ? s_unknown : s_parts
            from slow in s_autocorrelations
            // Two independent arms: √2 of one arm's deviation.
            select new NoiseNode(Math.Sqrt(2) * part.Part * own.ArmDeviation, slow.Value, part.Weight * slow.Weight),
        ];
}
