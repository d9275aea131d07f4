using CanaryStreams.Core.Evidence;

namespace CanaryStreams.Core.Learning;

/// <summary>
/// What a fleet's kept rollouts teach of the slow noise of the difference of two arms of one metric: its logarithm is
/// normal around intercept + slope × ln(stable's own), with a spread from application to application, and its
/// autocorrelation has a law of its own. Fitted by expectation-maximisation (empirical Bayes) on <see cref="NoiseFit"/>s.
/// </summary>
public sealed record NoiseKnowledge
{
    private const int Iterations = 25;

    /// <summary>Kept rollouts that the prior (the difference is a third of stable's own noise) counts for.</summary>
    private const double PriorRollouts = 4;
    private const double PriorSpread = 0.6;

    /// <summary>Probability that a canary begins cold, and the warm-up of one that doesn't.</summary>
    private const double ColdStarts = 0.2;
    private const double LittleWarmUp = 0.02;
    private static readonly double s_priorIntercept = Math.Log(0.35);
    private static readonly double[] s_priorAutocorrelation = [0.1, 0.2, 0.3, 0.2, 0.1, 0.1];

    internal NoiseKnowledge(double intercept, double slope, double spread, double[] autocorrelation)
    {
        Intercept = intercept;
        Slope = slope;
        Spread = spread;
        Autocorrelation = autocorrelation;
    }

    internal double Intercept { get; }

    internal double Slope { get; }

    /// <summary>Standard deviation of ln(deviation) from application to application.</summary>
    internal double Spread { get; }

    /// <summary>Probability of each of <see cref="NoiseFit.Autocorrelations"/>.</summary>
    internal double[] Autocorrelation { get; }

    internal static NoiseKnowledge Prior { get; } = new(s_priorIntercept, 1, PriorSpread, s_priorAutocorrelation);

    internal static NoiseKnowledge Learn(IReadOnlyList<NoiseFit> fits)
    {
        var knowledge = Prior;
        for (var i = 0; i < Iterations; i++)
            knowledge = Improve(knowledge, fits);
        return knowledge;
    }

    private static NoiseKnowledge Improve(NoiseKnowledge now, IReadOnlyList<NoiseFit> fits)
    {
        var slow = new double[now.Autocorrelation.Length];
        for (var a = 0; a < slow.Length; a++)
            slow[a] = PriorRollouts * s_priorAutocorrelation[a];
        var moments = new Moments();
        foreach (var fit in fits)
            Expect(now, fit, slow, ref moments);
        var total = slow.Sum();
        var (intercept, slope) = moments.Line(PriorRollouts, s_priorIntercept);
        var spread = moments.Spread(intercept, slope, PriorRollouts, PriorSpread);
        return new NoiseKnowledge(intercept, slope, spread, [.. slow.Select(s => s / total)]);
    }

    private static void Expect(NoiseKnowledge now, NoiseFit fit, double[] slow, ref Moments moments)
    {
        var count = slow.Length;
        var mass = new double[fit.LogLikelihood.Length];
        var mean = now.Intercept + now.Slope * fit.LogOwn;
        var sum = 0.0;
        for (var d = 0; d < NoiseFit.Deviations; d++)
        {
            var z = (fit.LogDeviation(d) - mean) / now.Spread;
            for (var a = 0; a < count; a++)
                sum += mass[d * count + a] =
                    Math.Exp(fit.LogLikelihood[d * count + a] - z * z / 2) * now.Autocorrelation[a];
        }
        if (!(sum > 0))
            return;
        var (first, second) = (0.0, 0.0);
        for (var d = 0; d < NoiseFit.Deviations; d++)
        for (var a = 0; a < count; a++)
        {
            var p = mass[d * count + a] / sum;
            var log = fit.LogDeviation(d);
            slow[a] += p;
            first += p * log;
            second += p * log * log;
        }
        moments.Add(fit.LogOwn, first, second);
    }

    /// <summary>Sums behind the regression of the difference's ln deviation on stable's own.</summary>
    private struct Moments
    {
        private double _count;
        private double _x;
        private double _xx;
        private double _y;
        private double _xy;
        private double _yy;

        public void Add(double x, double y, double ySquare)
        {
            _count++;
            _x += x;
            _xx += x * x;
            _y += y;
            _xy += x * y;
            _yy += ySquare;
        }

        /// <summary>Least squares with a prior line of slope one that counts for a few rollouts.</summary>
        public readonly (double Intercept, double Slope) Line(double prior, double priorIntercept)
        {
            if (_count == 0)
                return (priorIntercept, 1);
            const double PriorX = 0.5;
            var (mx, my) = (_x / _count, _y / _count);
            var xx = _xx - _count * mx * mx + prior * PriorX * PriorX;
            var xy = _xy - _count * mx * my + prior * PriorX * PriorX;
            var slope = Math.Clamp(xy / xx, 0, 1);
            var intercept =
                (_count * (my - slope * mx) + prior * (priorIntercept + (1 - slope) * mx)) / (_count + prior);
            return (intercept, slope);
        }

        public readonly double Spread(double intercept, double slope, double prior, double priorSpread)
        {
            var square =
                _yy
                - 2 * intercept * _y
                - 2 * slope * _xy
                + _count * intercept * intercept
                + 2 * intercept * slope * _x
                + slope * slope * _xx;
            return Math.Sqrt((Math.Max(square, 0) + prior * 0.25 * priorSpread * priorSpread) / (_count + prior));
        }
    }

    /// <summary>
    /// The hypotheses to go into a comparison with: the spread between applications, and noise that has grown or become
    /// slower since it was learnt, which as a prior costs little and keeps the null honest.
    /// </summary>
    internal NoiseNode[] Nodes(LevelNoise own)
    {
        var mean = Intercept + Slope * Math.Log(Math.Sqrt(2) * own.ArmDeviation);
        var usual = UsualAutocorrelation();
        var slower = 1 - (1 - usual) / 2;
        NoiseNode[] noise =
        [
            new(Math.Exp(mean - 1.2 * Spread), usual, 0.2),
            new(Math.Exp(mean), usual, 0.35),
            new(Math.Exp(mean + 1.2 * Spread), usual, 0.2),
            new(Math.Exp(mean + 0.4), slower, 0.2, IsStrange: true),
            new(Math.Exp(mean + Math.Max(2 * Spread, 0.6)), 0.88, 0.05, IsStrange: true),
        ];
        return
        [
            .. noise.Select(node => node with { Weight = ColdStarts * node.Weight }),
            .. noise.Select(node => node with { Weight = (1 - ColdStarts) * node.Weight, WarmUp = LittleWarmUp }),
        ];
    }

    /// <summary>The geometric mean of what is left of the noise's memory.</summary>
    private double UsualAutocorrelation()
    {
        var log = 0.0;
        for (var a = 0; a < Autocorrelation.Length; a++)
            log += Autocorrelation[a] * Math.Log(1 - NoiseFit.Autocorrelations[a]);
        return 1 - Math.Exp(log);
    }
}
