namespace CanaryStreams.Core.Evidence;

/// <summary>
/// The e-process of a ratio: a hidden Markov model over base rate × log-ratio of the arms × condition of the canary
/// {healthy, harmless offset, warm-up, phase of a blip, fault of a size}. Everything but the faults is the null model:
/// after each bucket all mass is divided by the null's, so the null's predictive probabilities cancel and the mass of the
/// faults is the e-value, a mixture over onsets (<see cref="OnsetPrior"/>) and sizes of likelihood ratios.
/// </summary>
/// <remarks>
/// The counts of both arms share a multiplier with a Gamma(a, a) law (load, common shocks), integrated out in closed form:
/// with ln-ratio X, K = c + s events and λ = p(m + n·e^X) the likelihood is ∝ e^(cX) p^K (a + λ)^−(a+K); what depends on K
/// alone cancels between the conditions. With a → 0, where nothing is known of what the arms share, it is the likelihood of how
/// K events fall upon the arms, (m + n·e^X)^−K e^(cX), and the base rate cancels too. A state's log-ratio moves by an AR(1) kernel, its base rate jumps between the
/// usual level and incidents that both arms share. No allocation per bucket.
/// </remarks>
internal sealed class RatioModel
{
    private const double DriftShape = 12;
    private const double HarmlessAtStart = 0.25;
    private const double WarmUpAtStart = 0.08;
    private const double WarmUpMinutes = 3;
    private const double WarmUpOver = 15;

    /// <summary>A blip is as likely to begin in a bucket as this part of a fault, whatever the history says.</summary>
    private const double BlipForFault = 0.15;
    private const double UnseenBlip = 0.001;

    private readonly RatioGrid _grid;
    private readonly RatioDynamics _dynamics;
    private readonly double _bucketMinutes;
    private readonly double _driftShape;
    private readonly double _blipHazard;
    private readonly double _blipAtStart;
    private readonly double[] _blipSizeWeights;
    private readonly double[] _mass;
    private readonly double[] _likelihood;
    private readonly double[] _logRates;
    private readonly double[] _shift;
    private readonly double[] _factor;
    private readonly double[] _null;
    private long _last = -1;

    public RatioModel(RatioGrid grid, BlipProfile blips, EvidenceSettings settings)
    {
        _grid = grid;
        _bucketMinutes = settings.BucketMinutes;
        _driftShape = settings.PastTellsRate ? DriftShape : 0;
        _dynamics = new RatioDynamics(grid.Rates.Length, blips, settings);
        _blipHazard = blips.HazardPerBucket(settings);
        _blipAtStart = Math.Max(
            BlipForFault * OnsetPrior.Begun(0, _bucketMinutes),
            Math.Min(0.2, 2 * blips.LongestBuckets(settings) * _blipHazard)
        );
        _blipSizeWeights = BlipSizeWeights(grid, blips);
        _mass = new double[_dynamics.Conditions * _dynamics.Plane];
        _likelihood = new double[(RatioDynamics.FirstBlip + RatioGrid.FaultSizes) * _dynamics.Plane];
        _shift = new double[_likelihood.Length];
        _factor = new double[_likelihood.Length];
        _null = new double[_dynamics.Plane];
        _logRates = Array.ConvertAll(grid.Rates, Math.Log);
        for (var shift = 0; shift < RatioDynamics.FirstBlip + RatioGrid.FaultSizes; shift++)
            FillShift(shift, 0);
        Start();
    }

    /// <summary>ln of the e-value, the weight of onsets that haven't come yet included.</summary>
    public double LogE { get; private set; }

    /// <summary>ln of the bucket's likelihood ratio of faults under way to the null; 0 before any began.</summary>
    public double LastLogRatio { get; private set; }

    /// <summary>Takes both arms' events and trials of a bucket (0 = the canary's first); trials &gt; 0.</summary>
    public void Observe(long bucket, double canaryEvents, double canaryTrials, double stableEvents, double stableTrials)
    {
        var minutes = bucket * _bucketMinutes;
        if (_last >= 0)
        {
            var begun = OnsetPrior.Between(_last, bucket, _bucketMinutes);
            _dynamics.Advance(_mass, isWarm: minutes > WarmUpOver, Math.Max(_blipHazard, BlipForFault * begun));
        }
        Begin(bucket);
        _last = bucket;
        if (minutes <= WarmUpOver)
            FillShift(RatioDynamics.WarmUp, minutes);
        FillLikelihood(canaryEvents, canaryTrials, stableEvents, stableTrials);
        Update(bucket);
    }

    private static double[] BlipSizeWeights(RatioGrid grid, BlipProfile blips)
    {
        var weights = new double[RatioGrid.FaultSizes];
        double[] unseen = [0.3, 0.3, 0.25, 0.149, 0.001];
        for (var r = 0; r < weights.Length; r++)
            weights[r] =
                !blips.Seen ? unseen[r]
                : r < 2 || grid.Sizes[r] <= 4 * blips.Largest ? 1
                : UnseenBlip;
        var sum = weights.Sum();
        return Array.ConvertAll(weights, w => w / sum);
    }

    private void Start()
    {
        var stationary = Persistence.Stationary(RatioGrid.Ratios);
        // Two new arms warm up alike, and a small offset between them is no harm: one of them is the better one.
        var isOneNew = _driftShape > 0;
        var warmUp = isOneNew ? WarmUpAtStart : 0;
        var harmless = isOneNew ? HarmlessAtStart : 0;
        var healthy = 1 - harmless - warmUp - _blipAtStart;
        for (var i = 0; i < RatioGrid.Usual; i++)
        for (var j = 0; j < RatioGrid.Ratios; j++)
        {
            var weight = RatioGrid.UsualWeights[i] * stationary[j];
            var cell = i * RatioGrid.Ratios + j;
            _mass[RatioDynamics.Healthy * _dynamics.Plane + cell] = healthy * weight;
            _mass[RatioDynamics.Harmless * _dynamics.Plane + cell] = harmless * weight;
            _mass[RatioDynamics.WarmUp * _dynamics.Plane + cell] = warmUp * weight;
            _mass[RatioDynamics.FirstBlip * _dynamics.Plane + cell] = _blipAtStart * weight;
        }
    }

    private void FillShift(int shift, double minutes)
    {
        for (var i = 0; i < _grid.Rates.Length; i++)
        {
            var log = shift switch
            {
                RatioDynamics.Healthy => 0,
                RatioDynamics.Harmless => _grid.HarmlessLog,
                RatioDynamics.WarmUp => _grid.WarmUpLog * Math.Exp(-minutes / WarmUpMinutes),
                _ => _grid.FaultLogs[(shift - RatioDynamics.FirstBlip) * _grid.Rates.Length + i],
            };
            for (var j = 0; j < RatioGrid.Ratios; j++)
            {
                var cell = shift * _dynamics.Plane + i * RatioGrid.Ratios + j;
                _shift[cell] = log + _grid.RatioLogs[j];
                _factor[cell] = Math.Exp(_shift[cell]);
            }
        }
    }

    /// <summary>Faults begin where the null believes base rate and log-ratio to be.</summary>
    private void Begin(long bucket)
    {
        var begun = OnsetPrior.Between(_last, bucket, _bucketMinutes);
        Array.Clear(_null);
        for (var condition = 0; condition < _dynamics.FirstFault; condition++)
        for (var cell = 0; cell < _dynamics.Plane; cell++)
            _null[cell] += _mass[condition * _dynamics.Plane + cell];
        for (var size = 0; size < RatioGrid.FaultSizes; size++)
        for (var cell = 0; cell < _dynamics.Plane; cell++)
            _mass[(_dynamics.FirstFault + size) * _dynamics.Plane + cell] +=
                begun * RatioGrid.SizeWeights[size] * _null[cell];
    }

    private void FillLikelihood(double canaryEvents, double canaryTrials, double stableEvents, double stableTrials)
    {
        var keep = Kept(canaryEvents, stableEvents);
        canaryEvents *= keep;
        canaryTrials *= keep;
        var events = canaryEvents + stableEvents * keep;
        stableTrials *= keep;
        var most = double.NegativeInfinity;
        var cell = 0;
        for (var shift = 0; shift < RatioDynamics.FirstBlip + RatioGrid.FaultSizes; shift++)
        for (var i = 0; i < _grid.Rates.Length; i++)
        {
            var logRate = events * _logRates[i];
            var rate = _grid.Rates[i];
            for (var j = 0; j < RatioGrid.Ratios; j++, cell++)
            {
                var expected = rate * (stableTrials + canaryTrials * _factor[cell]);
                var log =
                    canaryEvents * _shift[cell] + logRate - (_driftShape + events) * Math.Log(_driftShape + expected);
                _likelihood[cell] = log;
                most = Math.Max(most, log);
            }
        }
        for (var at = 0; at < _likelihood.Length; at++)
            _likelihood[at] = Math.Exp(_likelihood[at] - most);
    }

    /// <summary>
    /// Counts so large that their noise is finer than the nodes of the log-ratio would see the nodes and not the truth
    /// between them: they are thinned to what the nodes can resolve.
    /// </summary>
    private double Kept(double canaryEvents, double stableEvents)
    {
        var spacing = 2 * _grid.RatioDeviation / Math.Sqrt(RatioGrid.Ratios - 1);
        var resolved = 1 / (0.25 * spacing * spacing);
        var information = 1 / (1 / (canaryEvents + 1) + 1 / (stableEvents + 1));
        return Math.Min(1, resolved / information);
    }

    private void Update(long bucket)
    {
        var faultBefore = Sum(_dynamics.FirstFault, _dynamics.Conditions);
        for (var condition = 0; condition < RatioDynamics.FirstBlip; condition++)
        for (var cell = 0; cell < _dynamics.Plane; cell++)
            _mass[condition * _dynamics.Plane + cell] *= _likelihood[condition * _dynamics.Plane + cell];
        for (var cell = 0; cell < _dynamics.Plane; cell++)
        {
            var blip = 0.0;
            for (var size = 0; size < RatioGrid.FaultSizes; size++)
                blip += _blipSizeWeights[size] * _likelihood[(RatioDynamics.FirstBlip + size) * _dynamics.Plane + cell];
            for (var phase = 0; phase < _dynamics.BlipPhases; phase++)
                _mass[(RatioDynamics.FirstBlip + phase) * _dynamics.Plane + cell] *= blip;
        }
        for (var size = 0; size < RatioGrid.FaultSizes; size++)
        for (var cell = 0; cell < _dynamics.Plane; cell++)
            _mass[(_dynamics.FirstFault + size) * _dynamics.Plane + cell] *= _likelihood[
                (RatioDynamics.FirstBlip + size) * _dynamics.Plane + cell
            ];
        Normalise(bucket, faultBefore);
    }

    private void Normalise(long bucket, double faultBefore)
    {
        const double LeastNull = 1e-250;
        const double MostFault = 1e250;
        var nullMass = Math.Max(Sum(0, _dynamics.FirstFault), LeastNull);
        var faultMass = Sum(_dynamics.FirstFault, _dynamics.Conditions) / nullMass;
        LastLogRatio = faultBefore > 0 && faultMass > 0 ? Math.Log(faultMass / faultBefore) : 0;
        var faultScale = faultMass > MostFault ? MostFault / faultMass : 1;
        for (var at = 0; at < _mass.Length; at++)
            _mass[at] *= (at >= _dynamics.FirstFault * _dynamics.Plane ? faultScale : 1) / nullMass;
        LogE = Math.Log(Math.Min(faultMass, MostFault) + 1 - OnsetPrior.Begun(bucket, _bucketMinutes));
    }

    private double Sum(int from, int to)
    {
        var sum = 0.0;
        for (var at = from * _dynamics.Plane; at < to * _dynamics.Plane; at++)
            sum += _mass[at];
        return sum;
    }
}
