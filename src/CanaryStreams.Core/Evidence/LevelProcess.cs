namespace CanaryStreams.Core.Evidence;

/// <summary>
/// The e-process of a level: a Bayesian mixture over hypotheses about the noise (how large, how slow) × onsets × kinds of
/// fault, against the mixture of the same hypotheses without a fault. The noise of the difference of the arms is
/// thereby learnt while looking, never assumed: noise that turns out larger or slower than the history promised raises
/// the null with it.
/// </summary>
/// <remarks>
/// What one bucket may add to a fault is capped so that the longest blip of the application, however violent, can't reach
/// the threshold alone; capping a likelihood ratio from above keeps the process a supermartingale under the null.
/// No allocation per bucket.
/// </remarks>
internal sealed class LevelProcess
{
    /// <summary>Noise is never believed to be finer than this part of minEffect.</summary>
    private const double LeastDeviations = 25;

    /// <summary>
    /// Far beyond the prior of a fault's size every bucket would be another blip for ever: what lasts longer than blips do
    /// is judged as if it were this large.
    /// </summary>
    private const double MostMinEffects = 30;

    private readonly LevelOnsets _onsets = new();
    private readonly LevelHypothesis[] _hypotheses;
    private readonly double[] _caps = new double[LevelOnsets.Slots];
    private readonly double[] _mass = new double[LevelOnsets.Slots * LevelHypothesis.Kinds];
    private readonly BlipDensity _blips;
    private readonly double _bucketMinutes;
    private readonly double _logThreshold;
    private readonly double _most;
    private readonly int _blipBuckets;
    private long _last = -1;
    private int _weakest;
    private int _beyond;

    /// <param name="isAssumed">No history tells the noise.</param>
    public LevelProcess(
        IReadOnlyList<NoiseNode> nodes,
        BlipProfile blips,
        bool isAssumed,
        double minEffect,
        double logThreshold,
        EvidenceSettings settings
    )
    {
        _bucketMinutes = settings.BucketMinutes;
        _logThreshold = logThreshold;
        _most = MostMinEffects * minEffect;
        // Where blips are a habit one may follow upon another; where the noise is a guess, so are its blips.
        _blipBuckets =
            blips.LongestBuckets(settings)
            + (
                blips.Seen ? 3
                : isAssumed ? 1
                : 0
            );
        _blips = BlipDensity.Of(blips, minEffect, settings);
        _hypotheses =
        [
            .. nodes.Select(node => new LevelHypothesis(
                new LevelFilter(
                    minEffect,
                    Math.Max(node.Deviation, minEffect / LeastDeviations),
                    node.Autocorrelation,
                    _bucketMinutes
                ),
                minEffect,
                Math.Log(node.Weight)
            )
            {
                IsStrange = node.IsStrange,
            }),
        ];
    }

    /// <summary>ln of the e-value, the weight of onsets that haven't come yet included.</summary>
    public double LogE { get; private set; }

    /// <summary>Bucket in which the likeliest fault began.</summary>
    public long Onset { get; private set; }

    /// <summary>Whether the likeliest fault is a ramp.</summary>
    public bool IsRamp { get; private set; }

    /// <summary>Level and trend since the likeliest onset.</summary>
    public LevelSince Since { get; private set; }

    /// <summary>Variance of the mean of y since the likeliest onset, by the likeliest hypothesis about the noise.</summary>
    public double MeanVariance { get; private set; }

    /// <summary>Probability, were there no fault, that the noise is unlike what was learnt; in [0,1].</summary>
    public double Strangeness { get; private set; }

    /// <summary>Takes the difference of a bucket (0 = the canary's first) and its sampling variance.</summary>
    public void Observe(long bucket, double y, double samplingVariance)
    {
        var begun = OnsetPrior.Between(_last, bucket, _bucketMinutes);
        var slot = _onsets.Open(bucket, begun, _weakest);
        _caps[slot] = (_logThreshold - _onsets.LogPrior[slot] + Math.Log(LevelHypothesis.Kinds)) / _blipBuckets;
        _onsets.Add(bucket * _bucketMinutes, y, samplingVariance);
        _beyond = y > _most ? _beyond + 1 : 0;
        var judged = _beyond > _blipBuckets ? _most : y;
        var most = double.NegativeInfinity;
        foreach (var hypothesis in _hypotheses)
        {
            hypothesis.Open(slot, _onsets.LogPrior[slot]);
            hypothesis.Observe(judged, samplingVariance, Math.Max(1, bucket - _last), _blips);
            hypothesis.LogWeight += hypothesis.LogNull;
            most = Math.Max(most, hypothesis.LogWeight);
        }
        var sum = 0.0;
        foreach (var hypothesis in _hypotheses)
            sum += Math.Exp(hypothesis.LogWeight - most);
        var logNull = most + Math.Log(sum);
        Strangeness = 0;
        foreach (var hypothesis in _hypotheses)
        {
            hypothesis.LogWeight -= logNull;
            Strangeness += hypothesis.IsStrange ? Math.Exp(hypothesis.LogWeight) : 0;
            hypothesis.Credit(_onsets, bucket, _bucketMinutes, logNull, _caps, _blips);
        }
        _last = bucket;
        Evaluate(bucket);
    }

    private void Evaluate(long bucket)
    {
        const double Negligible = 40;
        var cells = _onsets.Count * LevelHypothesis.Kinds;
        var most = 0.0;
        foreach (var hypothesis in _hypotheses)
            for (var at = 0; at < cells; at++)
                most = Math.Max(most, hypothesis.LogMass[at]);
        Array.Clear(_mass);
        foreach (var hypothesis in _hypotheses)
            for (var at = 0; at < cells; at++)
                if (hypothesis.LogMass[at] > most - Negligible)
                    _mass[at] += Math.Exp(hypothesis.LogMass[at] - most);
        var total = Math.Exp(-most) * (1 - OnsetPrior.Begun(bucket, _bucketMinutes));
        var best = 0;
        for (var at = 0; at < cells; at++)
        {
            total += _mass[at];
            best = _mass[at] > _mass[best] ? at : best;
        }
        LogE = most + Math.Log(total);
        _weakest = Weakest();
        Describe(best, bucket);
    }

    /// <summary>The slot with the least mass, the newest excepted: it has had no chance yet.</summary>
    private int Weakest()
    {
        var weakest = 0;
        var least = double.PositiveInfinity;
        for (var slot = 0; slot < _onsets.Count; slot++)
        {
            var mass = 0.0;
            for (var kind = 0; kind < LevelHypothesis.Kinds; kind++)
                mass += _mass[slot * LevelHypothesis.Kinds + kind];
            if (mass >= least || _onsets.Bucket[slot] == _last)
                continue;
            least = mass;
            weakest = slot;
        }
        return weakest;
    }

    private void Describe(int best, long bucket)
    {
        var slot = best / LevelHypothesis.Kinds;
        Onset = _onsets.Bucket[slot];
        IsRamp = best % LevelHypothesis.Kinds == LevelHypothesis.Ramp;
        Since = _onsets.Since(slot, bucket * _bucketMinutes);
        var likeliest = _hypotheses[0];
        foreach (var hypothesis in _hypotheses)
            likeliest = hypothesis.LogWeight > likeliest.LogWeight ? hypothesis : likeliest;
        var slow = likeliest.Filter.AutocorrelationPerBucket;
        var inflation = Math.Min((1 + slow) / (1 - slow) / Since.Buckets, 1);
        MeanVariance = likeliest.Filter.Variance * inflation + Since.SamplingVariance / Since.Buckets;
    }
}
