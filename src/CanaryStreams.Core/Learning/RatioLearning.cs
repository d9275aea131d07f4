using CanaryStreams.Core.Evidence;

namespace CanaryStreams.Core.Learning;

/// <summary>
/// How a ratio's usual rate is spread over the applications of a fleet: a gamma law by its moments (empirical Bayes;
/// Robbins 1956), the counting noise of each application taken out.
/// </summary>
internal static class RatioLearning
{
    /// <summary>Events that the law may count for at most and at least: an application may always be another kind.</summary>
    private const double MostEvents = 4;
    private const double LeastEvents = 0.5;

    /// <summary>Fewer events than this in all tell nothing.</summary>
    private const double LeastSeen = 3;

    /// <param name="seen">Of applications whose rate is that of the rarer outcome.</param>
    /// <returns>Null where they showed too few events.</returns>
    public static RatioPrior? Learn(IReadOnlyCollection<(double Events, double Trials)> seen)
    {
        var spoke = seen.Where(s => s.Trials > 0).ToArray();
        var (events, trials) = (spoke.Sum(s => s.Events), spoke.Sum(s => s.Trials));
        if (spoke.Length < FleetKnowledge.LeastRollouts || events < LeastSeen)
            return null;
        // Each application counts the same, however large: the law is one of applications.
        var mean = spoke.Average(s => (s.Events + events / trials) / (s.Trials + 1));
        var spread = spoke.Average(s =>
        {
            var expected = mean * s.Trials;
            return (Square(s.Events - expected) - expected) / Square(expected + 1);
        });
        var shape = Math.Clamp(1 / Math.Max(spread, 1e-3), LeastEvents, MostEvents);
        return new RatioPrior(shape, shape / mean);
    }

    private static double Square(double x) => x * x;
}
