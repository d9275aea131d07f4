namespace CanaryStreams.Core.Evidence;

/// <summary>
/// One hypothesis about the noise with all faults under it: for each onset a step of moderate or large size and a ramp.
/// A fault's size has a normal prior and is learnt in closed form from the innovations and the fault's signature w:
/// predictive law N(w·δ̂, S + w²/A) with precision A += w²/S and A·δ̂ += w·ν/S.
/// </summary>
internal sealed class LevelHypothesis
{
    public const int Kinds = 3;
    public const int Ramp = 2;

    private const int Signatures = 2;
    private const double OutlierDeviations = 4;
    private readonly double[] _priorMean;
    private readonly double[] _priorDeviation;
    private readonly double[] _response = new double[LevelOnsets.Slots * Signatures * LevelFilter.Dimension];
    private readonly double[] _precision = new double[LevelOnsets.Slots * Kinds];
    private readonly double[] _weighted = new double[LevelOnsets.Slots * Kinds];

    public LevelHypothesis(LevelFilter filter, double minEffect, double logWeight)
    {
        Filter = filter;
        LogWeight = logWeight;
        _priorMean = [2 * minEffect, 8 * minEffect, minEffect / 8];
        _priorDeviation = [1.2 * minEffect, 8 * minEffect, minEffect / 8];
    }

    public LevelFilter Filter { get; }

    /// <summary>Noise unlike what was learnt, kept in view in case.</summary>
    public bool IsStrange { get; init; }

    /// <summary>ln of the null's posterior probability that this hypothesis holds.</summary>
    public double LogWeight { get; set; }

    /// <summary>ln of the null's predictive density of this bucket, blips included.</summary>
    public double LogNull { get; private set; }

    /// <summary>ln of each fault's mass: [slot × kind].</summary>
    public double[] LogMass { get; } = new double[LevelOnsets.Slots * Kinds];

    public void Open(int slot, double logPrior)
    {
        _response.AsSpan(slot * Signatures * LevelFilter.Dimension, Signatures * LevelFilter.Dimension).Clear();
        for (var kind = 0; kind < Kinds; kind++)
        {
            var at = slot * Kinds + kind;
            LogMass[at] = logPrior + LogWeight - Math.Log(Kinds);
            _precision[at] = 1 / (_priorDeviation[kind] * _priorDeviation[kind]);
            _weighted[at] = _precision[at] * _priorMean[kind];
        }
    }

    public void Observe(double y, double samplingVariance, long buckets, in BlipDensity blips)
    {
        Filter.Observe(y, samplingVariance, buckets);
        LogNull = blips.Log(Filter.Innovation, 0, Filter.InnovationVariance);
    }

    /// <summary>Credits each fault with its likelihood ratio to the null, capped from above.</summary>
    /// <param name="logNull">ln of the predictive density of the null over all hypotheses.</param>
    /// <param name="cap">Most that one bucket may add to ln mass, by slot.</param>
    public void Credit(
        LevelOnsets onsets,
        long bucket,
        double bucketMinutes,
        double logNull,
        ReadOnlySpan<double> cap,
        in BlipDensity blips
    )
    {
        for (var slot = 0; slot < onsets.Count; slot++)
        {
            var response = _response.AsSpan(slot * Signatures * LevelFilter.Dimension);
            var step = Filter.Signature(response[..LevelFilter.Dimension], 1);
            var height = (bucket - onsets.Bucket[slot] + 1) * bucketMinutes;
            var ramp = Filter.Signature(response.Slice(LevelFilter.Dimension, LevelFilter.Dimension), height);
            for (var kind = 0; kind < Kinds; kind++)
                Credit(slot * Kinds + kind, kind == Ramp ? ramp : step, logNull, cap[slot], blips);
        }
    }

    private void Credit(int at, double signature, double logNull, double cap, in BlipDensity blips)
    {
        var noise = Filter.InnovationVariance;
        var size = _weighted[at] / _precision[at];
        var variance = noise + signature * signature / _precision[at];
        var log = blips.Log(Filter.Innovation, signature * size, variance);
        LogMass[at] += Math.Min(log - logNull, cap);
        var miss = Filter.Innovation - signature * size;
        if (miss * miss > OutlierDeviations * OutlierDeviations * variance)
            return;
        _precision[at] += signature * signature / noise;
        _weighted[at] += signature * Filter.Innovation / noise;
    }
}
