using CanaryStreams.Core.Baselines;
using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Explanations;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// One series after its promotion against itself before it: the same evidence that compares a canary with stable, with what was
/// expected in stable's place. The past that noise, blips and level are learnt from ends with the promotion, and nothing of the
/// new version's is added, so that a bad level can't become the usual one.
/// </summary>
internal sealed class PromotedSeries
{
    /// <summary>Buckets from which on a past can be called one.</summary>
    private const int LeastPast = 30;

    /// <summary>An expectation is made of many buckets: it has so many times the weight of one.</summary>
    private const double ExpectedWeight = 20;

    private const double EventsForProfile = 60;
    private const double OverAfterMinutes = 3;
    private const double PartLeft = 0.5;
    private const double PartLeftOfRare = 0.25;

    private readonly IReadOnlyList<Arm> _past;
    private readonly double _share;
    private readonly EvidenceSettings _settings;
    private MetricComparison? _comparison;
    private int _contradicted;
    private readonly RatioBaseline? _usual;
    private readonly bool _isComplement;
    private readonly MetricPolicy _metric;
    private readonly LevelTravel _travel;
    private readonly RecentEffects _recent;

    /// <param name="past">The series' buckets before the promotion, oldest first; may be none.</param>
    /// <param name="share">Its share of the false-rollback budget.</param>
    /// <param name="watch">How long it is watched.</param>
    public PromotedSeries(
        MetricPolicy metric,
        IReadOnlyList<Arm> past,
        double share,
        TimeSpan watch,
        EvidenceSettings settings
    )
    {
        (_metric, _past, _share, _settings) = (metric, past, share, settings);
        _travel = LevelTravel.Of(metric, past, watch, settings);
        _recent = new RecentEffects(isRare: false, settings);
        if (past.Count(arm => arm.Count > 0) < LeastPast)
            return;
        // What is expected of rare events by their middle is none at all: there the rate of the past is.
        if (metric.Kind == MetricKind.Ratio)
        {
            _isComplement = MetricEvidenceFactory.IsMostlyTrue(past);
            var usual = RatioBaseline.Learn(past, _isComplement, settings);
            _usual = usual.EventsPerBucket < EventsForProfile ? usual : null;
            _recent = new RecentEffects(isRare: _usual is not null, settings);
        }
        _comparison = Comparison();
    }

    /// <summary>The signal with evidence and forecast; as it is where the past is too short, or nothing was expected.</summary>
    /// <param name="score">How unusual the bucket is by the series' own past, in [0,1].</param>
    public Signal Judge(Signal signal, long endMs, in Arm actual, double score, Expectation before)
    {
        var expected = Expected(before);
        if (_comparison is null || !double.IsFinite(expected))
            return signal;
        var other = actual with
        {
            Count = actual.Count * ExpectedWeight,
            Readings = actual.IsEmpty ? 0 : (int)Math.Min(actual.Readings * ExpectedWeight, int.MaxValue),
            Mean = expected,
        };
        _comparison.Observe(new ArmsBucket(endMs, other, actual), []);
        _recent.Add(actual);
        var judged = JudgedSignal.Of(signal, _comparison, _comparison.Forecast(score, actual), models: null);
        var evidence = judged.Evidence!;
        var isThere = IsThere(evidence, _recent.Of(_metric, expected));
        BeginAnewWhereOver(evidence, isThere);
        return judged with
        {
            Evidence = Guarded(evidence, isThere),
            Expected = SignificantDigits.Round(expected),
            Lower = SignificantDigits.Round(Math.Min(before.Lower, expected)),
            Upper = SignificantDigits.Round(Math.Max(before.Upper, expected)),
        };
    }

    private MetricComparison Comparison() => new(_metric, _past, _share, _settings, MetricKnowledge.Nothing);

    /// <summary>
    /// A process that has crossed and is contradicted for some minutes begins anew, or what an incident has left of it would take the
    /// next whim of the level for more of the same. Each life crosses with no more than its share.
    /// </summary>
    private void BeginAnewWhereOver(SignalEvidence evidence, bool isThere)
    {
        _contradicted = evidence.EValue >= evidence.Threshold && !isThere ? _contradicted + 1 : 0;
        if (_contradicted > 1 && _contradicted * _settings.BucketMinutes >= OverAfterMinutes)
            (_comparison, _contradicted) = (Comparison(), 0);
    }

    /// <summary>
    /// Whether the last buckets show the harm still: a good part of what there was since it began, and more than the level does every
    /// now and then.
    /// </summary>
    private bool IsThere(SignalEvidence evidence, double recent)
    {
        var part = _usual is null ? PartLeft : PartLeftOfRare;
        var least = Math.Max(_metric.MinEffect.Size, _travel.Of(evidence.Effect) / 2);
        return _metric.TowardsWorse(evidence.Effect) * recent >= Math.Max(least, part * Math.Abs(evidence.Effect));
    }

    private double Expected(Expectation before)
    {
        if (_usual is not { } usual)
            return before.Expected;
        if (!(usual.Trials > 0))
            return double.NaN;
        var rate = usual.Events / usual.Trials;
        return _isComplement ? 1 - rate : rate;
    }

    /// <summary>
    /// How far the level went by itself is no harm, however sure it is, and neither is what was and is no more. That something else
    /// didn't move both sides can't be said where there is one only.
    /// </summary>
    private SignalEvidence Guarded(SignalEvidence evidence, bool isThere)
    {
        var isBeyond = _metric.TowardsWorse(evidence.Effect) * evidence.Effect > _travel.Of(evidence.Effect);
        var guarded = evidence with { WorthIt = evidence.WorthIt && isThere && isBeyond };
        if (guarded is not { IsAnomaly: true, Explanation: { } explained })
            return guarded with { Explanation = null };
        var shared = explained.SharedIncident with { Ruling = Ruling.Unknown };
        return guarded with { Explanation = explained with { SharedIncident = shared } };
    }
}
