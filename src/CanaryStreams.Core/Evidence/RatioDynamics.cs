namespace CanaryStreams.Core.Evidence;

/// <summary>
/// How the hidden state of <see cref="RatioModel"/> moves from bucket to bucket: the arms' log-ratio by an AR(1) kernel, the
/// base rate into shared incidents and back, the canary's condition into blips and back, faults to the next size.
/// </summary>
/// <remarks>
/// Mass is laid out condition by condition; a condition's plane is rate × log-ratio. Conditions in order: healthy, a
/// harmless persistent offset, warm-up, the phases of a blip, faults of rising size.
/// </remarks>
internal sealed class RatioDynamics
{
    public const int Healthy = 0;
    public const int Harmless = 1;
    public const int WarmUp = 2;
    public const int FirstBlip = 3;

    private const double IncidentHazardPerMinute = 1.0 / 1000;
    private const double IncidentMinutes = 6;
    private const double HarmlessPerMinute = 0.001;
    private const double GrowthPerMinute = 0.02;

    /// <summary>
    /// Nothing says that the longest blip seen is the longest there is, and where blips are a habit one follows upon another.
    /// </summary>
    private const double OutlastsPerMinute = 0.25;
    private const double OutlastsWhereSeen = 0.6;
    private const double PersistencePerMinute = 0.8;

    private readonly int _rates;
    private readonly double _bucketMinutes;
    private readonly double _blipAdvance;
    private readonly double _outlasts;
    private readonly double[] _kernel;
    private readonly double[] _row = new double[RatioGrid.Ratios];

    public RatioDynamics(int rates, BlipProfile blips, EvidenceSettings settings)
    {
        _rates = rates;
        _bucketMinutes = settings.BucketMinutes;
        _blipAdvance = Math.Min(1, _bucketMinutes);
        _outlasts = Math.Pow(blips.Seen ? OutlastsWhereSeen : OutlastsPerMinute, Math.Max(1, _bucketMinutes));
        BlipPhases = Math.Min((int)Math.Ceiling(blips.LongestMinutes), blips.LongestBuckets(settings));
        _kernel = Persistence.Transition(RatioGrid.Ratios, Math.Pow(PersistencePerMinute, _bucketMinutes));
    }

    /// <summary>A blip passes through this many phases at most, each of a minute or a bucket, whichever is longer.</summary>
    public int BlipPhases { get; }

    public int FirstFault => FirstBlip + BlipPhases;

    public int Conditions => FirstFault + RatioGrid.FaultSizes;

    /// <summary>Cells of one condition.</summary>
    public int Plane => _rates * RatioGrid.Ratios;

    /// <summary>Moves all mass to the next bucket.</summary>
    /// <param name="isWarm">The warm-up is over: what was in it is healthy.</param>
    /// <param name="blipHazard">Probability that a blip begins in the next bucket.</param>
    public void Advance(double[] mass, bool isWarm, double blipHazard)
    {
        for (var condition = 0; condition < Conditions; condition++)
        {
            var plane = mass.AsSpan(condition * Plane, Plane);
            MoveRatio(plane);
            MoveRate(plane);
        }
        MoveBlips(mass, blipHazard);
        MoveFaults(mass);
        if (!isWarm)
            return;
        for (var cell = 0; cell < Plane; cell++)
        {
            mass[Healthy * Plane + cell] += mass[WarmUp * Plane + cell];
            mass[WarmUp * Plane + cell] = 0;
        }
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
        var incidents = _rates - RatioGrid.Usual;
        var begin = Math.Min(0.2, IncidentHazardPerMinute * _bucketMinutes);
        var end = Math.Min(0.8, _bucketMinutes / IncidentMinutes);
        for (var j = 0; j < Count; j++)
        {
            var usual = 0.0;
            for (var i = 0; i < RatioGrid.Usual; i++)
                usual += plane[i * Count + j];
            var ended = 0.0;
            for (var i = RatioGrid.Usual; i < _rates; i++)
            {
                ended += plane[i * Count + j] * end;
                plane[i * Count + j] = plane[i * Count + j] * (1 - end) + usual * begin / incidents;
            }
            for (var i = 0; i < RatioGrid.Usual; i++)
                plane[i * Count + j] = plane[i * Count + j] * (1 - begin) + ended * RatioGrid.UsualWeights[i];
        }
    }

    private void MoveBlips(double[] mass, double hazard)
    {
        const double GoesOn = 0.6;
        var harmless = HarmlessPerMinute * _bucketMinutes;
        for (var cell = 0; cell < Plane; cell++)
        {
            var healthy = mass[Healthy * Plane + cell];
            var over = 0.0;
            for (var phase = BlipPhases - 1; phase >= 0; phase--)
            {
                var at = (FirstBlip + phase) * Plane + cell;
                var leaving = mass[at] * _blipAdvance;
                mass[at] -= leaving;
                var isLast = phase + 1 == BlipPhases;
                var next = leaving * (isLast ? _outlasts : GoesOn);
                over += leaving - next;
                mass[isLast ? at : at + Plane] += next;
            }
            // One blip may follow upon another.
            healthy += over;
            mass[FirstBlip * Plane + cell] += healthy * hazard;
            mass[Harmless * Plane + cell] += healthy * harmless;
            mass[Healthy * Plane + cell] = healthy * (1 - hazard - harmless);
        }
    }

    /// <summary>A fault may grow to the next size: a slow ramp is a fault too.</summary>
    private void MoveFaults(double[] mass)
    {
        var grow = Math.Min(0.3, GrowthPerMinute * _bucketMinutes);
        for (var size = RatioGrid.FaultSizes - 2; size >= 0; size--)
        for (var cell = 0; cell < Plane; cell++)
        {
            var at = (FirstFault + size) * Plane + cell;
            mass[at + Plane] += mass[at] * grow;
            mass[at] *= 1 - grow;
        }
    }
}
