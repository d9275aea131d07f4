namespace CanaryStreams.Core.Evidence;

/// <summary>
/// Density of an innovation that is normal but for rare blips of any size, which have a Cauchy law. The same law of blips
/// under every hypothesis, so that a blip says nothing about which of them holds.
/// </summary>
/// <param name="Hazard">Probability that a bucket is a blip, in (0, 0.5).</param>
/// <param name="Scale">Half-width of the Cauchy law.</param>
internal readonly record struct BlipDensity(double Hazard, double Scale)
{
    /// <summary>Beyond this many nats the smaller part of the mixture doesn't matter.</summary>
    private const double Negligible = 30;

    private const double LeastHazard = 0.003;

    /// <param name="minEffect">On the scale of the difference.</param>
    public static BlipDensity Of(BlipProfile blips, double minEffect, EvidenceSettings settings) =>
        new(Math.Max(LeastHazard, blips.HazardPerBucket(settings)), Math.Max(4 * minEffect, 0.1));

    public double Log(double innovation, double mean, double variance)
    {
        var miss = innovation - mean;
        var normal = Math.Log((1 - Hazard) / Math.Sqrt(2 * Math.PI * variance)) - miss * miss / (2 * variance);
        var reach = innovation / Scale;
        var blip = Math.Log(Hazard / (Math.PI * Scale * (1 + reach * reach)));
        var (high, low) = normal > blip ? (normal, blip) : (blip, normal);
        return high - low > Negligible ? high : high + Math.Log(1 + Math.Exp(low - high));
    }
}
