using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Anomaly;

/// <summary>
/// Turns a member's raw deviation into surprise, −log₁₀ of the share of the series' own past that deviated as much: no
/// label is needed, and one threshold means the same on every series. Between quantiles of the past the surprise is
/// interpolated, behind the last one the tail is taken as exponential, as the excesses of most distributions over a high
/// quantile are (Pickands 1975; Siffer et al., KDD 2017).
/// </summary>
internal sealed class SurpriseCalibration
{
    /// <summary>Surprise is capped here: rarer than one in 10^12 says nothing more.</summary>
    public const double SurpriseMax = 12;

    // A young series borrows the quantiles of a heavy-tailed deviation with this many points' weight.
    private const double PriorPoints = 30;

    // Without this a series that never moved would find any movement infinitely surprising.
    private const double KnotMin = 0.25;

    private static readonly double[] Shares = [0.5, 0.9, 0.98, 0.995];
    private static readonly double[] PriorKnots = [0.7, 1.8, 3.2, 5];
    private static readonly double[] KnotSurprise = [0.30103, 1, 1.69897, 2.30103];

    private readonly LogHistogram _past;
    private Knots _knots;
    private readonly double _largest;
    private int _untilRefresh;
    private int _age;

    public SurpriseCalibration(int bins, int binsPerOctave, double memory)
    {
        _past = new LogHistogram(bins, binsPerOctave, memory);
        _largest = _past.Largest;
        PriorKnots.CopyTo(_knots);
    }

    private SurpriseCalibration(SurpriseCalibration other)
    {
        _past = other._past.Clone();
        _knots = other._knots;
        _largest = other._largest;
        (_untilRefresh, _age) = (other._untilRefresh, other._age);
    }

    public SurpriseCalibration Clone() => new(this);

    /// <summary>The surprise of a raw deviation, judged by the past; the deviation then joins the past.</summary>
    /// <param name="raw">Deviation ≥ 0, finite.</param>
    /// <returns>In 0..<see cref="SurpriseMax"/>.</returns>
    public double Observe(double raw)
    {
        // What the histogram can't tell apart must not surprise differently: a series that is often off its scale would
        // find every such point larger than all of its past.
        raw = Math.Min(raw, _largest);
        var surprise = Surprise(raw);
        _past.Add(raw);
        _age++;
        if (--_untilRefresh <= 0)
            Refresh();
        return surprise;
    }

    private double Surprise(double raw)
    {
        if (raw <= _knots[0])
            return KnotSurprise[0] * raw / _knots[0];
        for (var i = 1; i < Shares.Length; i++)
        {
            if (raw <= _knots[i])
            {
                var within = (raw - _knots[i - 1]) / (_knots[i] - _knots[i - 1]);
                return KnotSurprise[i - 1] + (within * (KnotSurprise[i] - KnotSurprise[i - 1]));
            }
        }
        var slope = (KnotSurprise[^1] - KnotSurprise[1]) / (_knots[^1] - _knots[1]);
        return Math.Min(KnotSurprise[^1] + (slope * (raw - _knots[^1])), SurpriseMax);
    }

    private void Refresh()
    {
        // The quantiles move slowly once there are many points: looking every few points is enough.
        _untilRefresh = Math.Clamp(_age / 16, 1, 64);
        Span<double> observed = stackalloc double[Shares.Length];
        _past.Quantiles(Shares, observed);
        var trust = _past.Count / (_past.Count + PriorPoints);
        var least = 0.0;
        for (var i = 0; i < Shares.Length; i++)
        {
            var knot = (trust * observed[i]) + ((1 - trust) * PriorKnots[i]);
            // Strictly rising, so that each piece has a slope.
            _knots[i] = Math.Max(knot, Math.Max(KnotMin * PriorKnots[i], least * 1.05));
            least = _knots[i];
        }
    }

    // In place: an array of four takes as much again for its header.
    [System.Runtime.CompilerServices.InlineArray(4)]
    private struct Knots
    {
        private double _first;
    }
}
