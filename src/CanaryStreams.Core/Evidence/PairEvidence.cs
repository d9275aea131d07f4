using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Evidence;

/// <summary>
/// Evidence from synthetic pairs: the same transaction run on stable and canary at the same time. Runs that end alike on
/// both sides say nothing of the difference (McNemar); runs that fail on one side only are the events of two arms with
/// the same number of trials, judged by <see cref="RatioModel"/> with its mixture over onsets and its blips.
/// </summary>
public sealed class PairEvidence : IMetricEvidence
{
    private const double NoiseDeviation = 0.1;

    /// <summary>About two failures in a hundred runs is what a transaction that nobody knows yet is believed to do by itself.</summary>
    private static readonly RatioPrior s_unknown = new(1.5, 70);

    private readonly RatioEvidence _evidence;

    /// <param name="minEffect">Smallest difference of the failure ratio worth a rollback, absolute, in (0,1).</param>
    /// <param name="budgetShare">This process's share of the false-rollback budget, in (0,1).</param>
    /// <param name="knowledge">What the fleet teaches of synthetic transactions.</param>
    public PairEvidence(
        double minEffect,
        double budgetShare,
        EvidenceSettings settings,
        MetricKnowledge? knowledge = null
    )
    {
        var blips = BlipProfile.Learn([], settings);
        var known = knowledge ?? MetricKnowledge.Nothing;
        var baseline = new RatioBaseline(0, 0, 0, NoiseDeviation, blips);
        _evidence = new RatioEvidence(
            baseline,
            new MinEffect(minEffect, false),
            true,
            false,
            budgetShare,
            settings,
            known with
            {
                Ratio = known.Ratio ?? s_unknown,
            }
        );
    }

    /// <summary>One pair's two sides as the arms of a ratio: what failed on one side only.</summary>
    public static ArmsBucket Arms(long endMs, int bothOk, int onlyStableFailed, int onlyCanaryFailed, int bothFailed)
    {
        var pairs = bothOk + onlyStableFailed + onlyCanaryFailed + bothFailed;
        return new ArmsBucket(endMs, Side(onlyStableFailed, pairs), Side(onlyCanaryFailed, pairs));
    }

    /// <summary>Takes the next bucket of <see cref="Arms"/>; no pair at all costs nothing.</summary>
    public EvidenceReading Observe(in ArmsBucket bucket) => _evidence.Observe(bucket);

    /// <summary>Takes the pairs that ended in the next bucket; no pair at all costs nothing.</summary>
    public EvidenceReading Observe(
        long endMs,
        int bothOk,
        int onlyStableFailed,
        int onlyCanaryFailed,
        int bothFailed
    ) => Observe(Arms(endMs, bothOk, onlyStableFailed, onlyCanaryFailed, bothFailed));

    /// <summary>One side of so many pairs, of which some failed on it.</summary>
    internal static Arm Side(int failed, int pairs) =>
        pairs == 0 ? Arm.Empty : new Arm(pairs, (double)failed / pairs, pairs, double.NaN);
}
