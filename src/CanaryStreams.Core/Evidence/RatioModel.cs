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
/// alone cancels between the conditions. A state's log-ratio moves by an AR(1) kernel, its base rate jumps between the
/// usual level and incidents that both arms share. No allocation per bucket.
/// </remarks>
internal sealed class RatioModel
{
    private const double DriftShape = 12;
    private const double IncidentHazardPerMinute = 1.0 / 1000;
    private const double IncidentMinutes = 6;
    private const double HarmlessAtStart = 0.08;
    private const double HarmlessPerMinute = 0.001;
    private const double WarmUpAtStart = 0.08;
    private const double WarmUpMinutes = 3;
    private const double WarmUpOver = 15;
    private const double BlipAtStart = 0.02;
    private const double GrowthPerMinute = 0.02;
    private const double PersistencePerMinute = 0.8;
    private const double UnseenBlip = 0.001;

    private const int Healthy = 0;
    private const int Harmless = 1;
    private const int WarmUp = 2;
    private const int FirstBlip = 3;

    private readonly RatioGrid _grid;
    private readonly double _bucketMinutes;
    private readonly double _blipHazard;
    private readonly int _blipPhases;
    private readonly double _blipAdvance;
    private readonly double[] _blipSizeWeights;
    private readonly int _plane;
    private readonly int _conditions;
    private readonly double[] _kernel;
    private readonly double[] _mass;
    private readonly double[] _likelihood;
    private readonly double[] _logRates;
    private readonly double[] _shift;
    private readonly double[] _factor;
    private readonly double[] _null;
    private readonly double[] _row = new double[RatioGrid.Ratios];
    private long _last = -1;

    public RatioModel(RatioGrid grid, BlipProfile blips, EvidenceSettings settings)
    {
        _grid = grid;
        _bucketMinutes = settings.BucketMinutes;
        _blipHazard = blips.HazardPerBucket(settings);
        _blipPhases = Math.Min((int)Math.Ceiling(blips.LongestMinutes), blips.LongestBuckets(settings));
        _blipAdvance = Math.Min(1, _bucketMinutes);
        _blipSizeWeights = BlipSizeWeights(grid, blips);
        _plane = grid.Rates.Length * RatioGrid.Ratios;
        _conditions = FirstBlip + _blipPhases + RatioGrid.FaultSizes;
        _kernel = Persistence.Transition(RatioGrid.Ratios, Math.Pow(PersistencePerMinute, _bucketMinutes));
        _mass = new double[_conditions * _plane];
        _likelihood = new double[(FirstBlip + RatioGrid.FaultSizes) * _plane];
        _shift = new double[_likelihood.Length];
        _factor = new double[_likelihood.Length];
        _null = new double[_plane];
        _logRates = Array.ConvertAll(grid.Rates, Math.Log);
        for (var shift = 0; shift < FirstBlip + RatioGrid.FaultSizes; shift++)
            FillShift(shift, 0);
        Start();
    }

    private int FirstFault => FirstBlip + _blipPhases;

    /// <summary>ln of the e-value, the weight of onsets that haven't come yet included.</summary>
    public double LogE { get; private set; }

    /// <summary>ln of the bucket's likelihood ratio of faults under way to the null; 0 before any began.</summary>
    public double LastLogRatio { get; private set; }

    /// <summary>Takes both arms' events and trials of a bucket (0 = the canary's first); trials &gt; 0.</summary>
    public void Observe(long bucket, double canaryEvents, double canaryTrials, double stableEvents, double stableTrials)
    {
        if (_last >= 0)
            Predict();
        Begin(bucket);
        _last = bucket;
        var minutes = bucket * _bucketMinutes;
        if (minutes <= WarmUpOver)
            FillShift(WarmUp, minutes);
        FillLikelihood(canaryEvents, canaryTrials, stableEvents, stableTrials);
        Update(bucket);
    }

    private static double[] BlipSizeWeights(RatioGrid grid, BlipProfile blips)
    {
        var weights = new double[RatioGrid.FaultSizes];
        double[] unseen = [0.5, 0.35, 0.14, 0.009, 0.001];
        for (var r = 0; r < weights.Length; r++)
            weights[r] =
                !blips.Seen ? unseen[r]
                : r < 2 || grid.Sizes[r] <= 2 * blips.Largest ? 1
                : UnseenBlip;
        var sum = weights.Sum();
        return Array.ConvertAll(weights, w => w / sum);
    }

    private void Start()
    {
        var stationary = Persistence.Stationary(RatioGrid.Ratios);
        var healthy = 1 - HarmlessAtStart - WarmUpAtStart - BlipAtStart;
        for (var i = 0; i < RatioGrid.Usual; i++)
        for (var j = 0; j < RatioGrid.Ratios; j++)
        {
            var weight = RatioGrid.UsualWeights[i] * stationary[j];
            var cell = i * RatioGrid.Ratios + j;
            _mass[Healthy * _plane + cell] = healthy * weight;
            _mass[Harmless * _plane + cell] = HarmlessAtStart * weight;
            _mass[WarmUp * _plane + cell] = WarmUpAtStart * weight;
            _mass[FirstBlip * _plane + cell] = BlipAtStart * weight;
        }
    }

    private void FillShift(int shift, double minutes)
    {
        for (var i = 0; i < _grid.Rates.Length; i++)
        {
            var log = shift switch
            {
                Healthy => 0,
                Harmless => _grid.HarmlessLog,
                WarmUp => _grid.WarmUpLog * Math.Exp(-minutes / WarmUpMinutes),
                _ => _grid.FaultLogs[(shift - FirstBlip) * _grid.Rates.Length + i],
            };
            for (var j = 0; j < RatioGrid.Ratios; j++)
            {
                var cell = shift * _plane + i * RatioGrid.Ratios + j;
                _shift[cell] = log + _grid.RatioLogs[j];
                _factor[cell] = Math.Exp(_shift[cell]);
            }
        }
    }

    private void Predict()
    {
        for (var condition = 0; condition < _conditions; condition++)
        {
            var plane = _mass.AsSpan(condition * _plane, _plane);
            MoveRatio(plane);
            MoveRate(plane);
        }
        MoveBlips();
        MoveFaults();
    }

    private void MoveRatio(Span<double> plane)
    {
        const int Count = RatioGrid.Ratios;
        for (var start = 0; start < plane.Length; start += Count)
        {
            var row = plane.Slice(start, Count);
            row.CopyTo(_row);
            row.Clear();
            for (var from = 0; from < Count; from++)
            for (var to = 0; to < Count; to++)
                row[to] += _row[from] * _kernel[from * Count + to];
        }
    }

    private void MoveRate(Span<double> plane)
    {
        const int Count = RatioGrid.Ratios;
        var incidents = _grid.Rates.Length - RatioGrid.Usual;
        var begin = Math.Min(0.2, IncidentHazardPerMinute * _bucketMinutes);
        var end = Math.Min(0.8, _bucketMinutes / IncidentMinutes);
        for (var j = 0; j < Count; j++)
        {
            var usual = 0.0;
            for (var i = 0; i < RatioGrid.Usual; i++)
                usual += plane[i * Count + j];
            var ended = 0.0;
            for (var i = RatioGrid.Usual; i < _grid.Rates.Length; i++)
            {
                ended += plane[i * Count + j] * end;
                plane[i * Count + j] = plane[i * Count + j] * (1 - end) + usual * begin / incidents;
            }
            for (var i = 0; i < RatioGrid.Usual; i++)
                plane[i * Count + j] = plane[i * Count + j] * (1 - begin) + ended * RatioGrid.UsualWeights[i];
        }
    }

    private void MoveBlips()
    {
        const double GoesOn = 0.5;
        var harmless = HarmlessPerMinute * _bucketMinutes;
        for (var cell = 0; cell < _plane; cell++)
        {
            var healthy = _mass[Healthy * _plane + cell];
            var over = 0.0;
            for (var phase = _blipPhases - 1; phase >= 0; phase--)
            {
                var at = (FirstBlip + phase) * _plane + cell;
                var leaving = _mass[at] * _blipAdvance;
                _mass[at] -= leaving;
                var next = phase + 1 < _blipPhases ? leaving * GoesOn : 0;
                over += leaving - next;
                if (next > 0)
                    _mass[at + _plane] += next;
            }
            // One blip may follow upon another.
            healthy += over;
            _mass[FirstBlip * _plane + cell] += healthy * _blipHazard;
            _mass[Harmless * _plane + cell] += healthy * harmless;
            _mass[Healthy * _plane + cell] = healthy * (1 - _blipHazard - harmless);
        }
        if (_last * _bucketMinutes <= WarmUpOver)
            return;
        for (var cell = 0; cell < _plane; cell++)
        {
            _mass[Healthy * _plane + cell] += _mass[WarmUp * _plane + cell];
            _mass[WarmUp * _plane + cell] = 0;
        }
    }

    /// <summary>A fault may grow to the next size: a slow ramp is a fault too.</summary>
    private void MoveFaults()
    {
        var grow = Math.Min(0.3, GrowthPerMinute * _bucketMinutes);
        for (var size = RatioGrid.FaultSizes - 2; size >= 0; size--)
        for (var cell = 0; cell < _plane; cell++)
        {
            var at = (FirstFault + size) * _plane + cell;
            _mass[at + _plane] += _mass[at] * grow;
            _mass[at] *= 1 - grow;
        }
    }

    /// <summary>Faults begin where the null believes base rate and log-ratio to be.</summary>
    private void Begin(long bucket)
    {
        var begun = OnsetPrior.Between(_last, bucket, _bucketMinutes) / RatioGrid.FaultSizes;
        Array.Clear(_null);
        for (var condition = 0; condition < FirstFault; condition++)
        for (var cell = 0; cell < _plane; cell++)
            _null[cell] += _mass[condition * _plane + cell];
        for (var size = 0; size < RatioGrid.FaultSizes; size++)
        for (var cell = 0; cell < _plane; cell++)
            _mass[(FirstFault + size) * _plane + cell] += begun * _null[cell];
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
        for (var shift = 0; shift < FirstBlip + RatioGrid.FaultSizes; shift++)
        for (var i = 0; i < _grid.Rates.Length; i++)
        {
            var logRate = events * _logRates[i];
            var rate = _grid.Rates[i];
            for (var j = 0; j < RatioGrid.Ratios; j++, cell++)
            {
                var expected = rate * (stableTrials + canaryTrials * _factor[cell]);
                var log =
                    canaryEvents * _shift[cell] + logRate - (DriftShape + events) * Math.Log(DriftShape + expected);
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
        var faultBefore = Sum(FirstFault, _conditions);
        for (var condition = 0; condition < FirstBlip; condition++)
        for (var cell = 0; cell < _plane; cell++)
            _mass[condition * _plane + cell] *= _likelihood[condition * _plane + cell];
        for (var cell = 0; cell < _plane; cell++)
        {
            var blip = 0.0;
            for (var size = 0; size < RatioGrid.FaultSizes; size++)
                blip += _blipSizeWeights[size] * _likelihood[(FirstBlip + size) * _plane + cell];
            for (var phase = 0; phase < _blipPhases; phase++)
                _mass[(FirstBlip + phase) * _plane + cell] *= blip;
        }
        for (var size = 0; size < RatioGrid.FaultSizes; size++)
        for (var cell = 0; cell < _plane; cell++)
            _mass[(FirstFault + size) * _plane + cell] *= _likelihood[(FirstBlip + size) * _plane + cell];
        Normalise(bucket, faultBefore);
    }

    private void Normalise(long bucket, double faultBefore)
    {
        const double LeastNull = 1e-250;
        const double MostFault = 1e250;
        var nullMass = Math.Max(Sum(0, FirstFault), LeastNull);
        var faultMass = Sum(FirstFault, _conditions) / nullMass;
        LastLogRatio = faultBefore > 0 && faultMass > 0 ? Math.Log(faultMass / faultBefore) : 0;
        var faultScale = faultMass > MostFault ? MostFault / faultMass : 1;
        for (var at = 0; at < _mass.Length; at++)
            _mass[at] *= (at >= FirstFault * _plane ? faultScale : 1) / nullMass;
        LogE = Math.Log(Math.Min(faultMass, MostFault) + 1 - OnsetPrior.Begun(bucket, _bucketMinutes));
    }

    private double Sum(int from, int to)
    {
        var sum = 0.0;
        for (var at = from * _plane; at < to * _plane; at++)
            sum += _mass[at];
        return sum;
    }
}
