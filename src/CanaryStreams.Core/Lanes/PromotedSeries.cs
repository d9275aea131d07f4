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

    private readonly MetricComparison? _comparison;
    private readonly RatioBaseline? _usual;
    private readonly bool _isComplement;
    private readonly LevelTravel _travel;

    /// <param name="past">The series' buckets before the promotion, oldest first; may be none.</param>
    /// <param name="share">Its share of the false-rollback budget.</param>
    public PromotedSeries(MetricPolicy metric, IReadOnlyList<Arm> past, double share, EvidenceSettings settings)
    {
        _travel = LevelTravel.Of(metric, past, settings);
        if (past.Count(arm => arm.Count > 0) < LeastPast)
            return;
        // What is expected of rare events by their middle is none at all: there the rate of the past is.
        if (metric.Kind == MetricKind.Ratio)
        {
            _isComplement = MetricEvidenceFactory.IsMostlyTrue(past);
            var usual = RatioBaseline.Learn(past, _isComplement, settings);
            _usual = usual.EventsPerBucket < EventsForProfile ? usual : null;
        }
        _comparison = new MetricComparison(metric, past, share, settings, MetricKnowledge.Nothing);
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
        var judged = JudgedSignal.Of(signal, _comparison, _comparison.Forecast(score, actual), models: null);
        return judged with
        {
            Evidence = Guarded(judged.Evidence!),
            Expected = SignificantDigits.Round(expected),
            Lower = SignificantDigits.Round(Math.Min(before.Lower, expected)),
            Upper = SignificantDigits.Round(Math.Max(before.Upper, expected)),
        };
    }

    private double Expected(Expectation before) =>
        _usual is not { } usual ? before.Expected
        : usual.Trials > 0
            ? _isComplement ? 1 - usual.Events / usual.Trials
                : usual.Events / usual.Trials
        : double.NaN;

    /// <summary>
    /// How far the level went by itself is no harm, however sure it is. That something else didn't move both sides can't be said
    /// where there is one only.
    /// </summary>
    private SignalEvidence Guarded(SignalEvidence evidence)
    {
        var guarded = evidence with
        {
            WorthIt = evidence.WorthIt && Math.Abs(evidence.Effect) > _travel.Of(evidence.Effect),
        };
        if (guarded is not { IsAnomaly: true, Explanation: { } explained })
            return guarded with { Explanation = null };
        var shared = explained.SharedIncident with { Ruling = Ruling.Unknown };
        return guarded with { Explanation = explained with { SharedIncident = shared } };
    }
}
