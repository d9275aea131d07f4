namespace CanaryStreams.Core.Planning.Champions;

/// <summary>
/// Anytime-valid evidence that one forecaster is better than another (testing by betting; Waudby-Smith and Ramdas 2023, Choe and
/// Ramdas 2023). Each outcome gives a gain: the logarithmic score of one minus that of the other. A gambler bets on positive
/// gains, never more than the most that the two forecasts could make it lose, which is known before the outcome is. If, given what
/// came before, the expected gain is never positive, the capital exceeds 1/α ever with probability α at most, whenever it is
/// looked at. It is the mean over gamblers of several stakes.
/// </summary>
public sealed class GainEvidence
{
    private static readonly double[] s_stakes = [0.05, 0.1, 0.2, 0.4, 0.8];

    /// <summary>A stake may cost so much of the capital at most.</summary>
    private const double CostMax = 0.9;

    /// <summary>No forecast is taken for surer than this, so that one surprise doesn't decide.</summary>
    private const double Surest = 0.005;

    private readonly double[] _logCapital = new double[s_stakes.Length];

    /// <summary>e-value: beyond 1/α is evidence at level α.</summary>
    public double Capital => _logCapital.Average(Math.Exp);

    /// <param name="p">P(failure) that the one forecast, in [0,1].</param>
    /// <param name="reference">What the other did.</param>
    /// <returns>The gain, in nats.</returns>
    public double Observe(double p, double reference, bool failed)
    {
        var (failing, surviving) = (Gain(p, reference), Gain(1 - p, 1 - reference));
        var gain = failed ? failing : surviving;
        var cost = -Math.Min(failing, surviving);
        for (var i = 0; i < s_stakes.Length; i++)
            _logCapital[i] += Math.Log(1 + (cost > 0 ? Math.Min(s_stakes[i], CostMax / cost) : s_stakes[i]) * gain);
        return gain;
    }

    private static double Gain(double p, double reference) =>
        Math.Log(Math.Clamp(p, Surest, 1 - Surest) / Math.Clamp(reference, Surest, 1 - Surest));
}
