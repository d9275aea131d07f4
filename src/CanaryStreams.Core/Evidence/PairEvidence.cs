using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Evidence;

/// <summary>
/// Evidence from synthetic pairs: the same transaction run on stable and canary at the same time. Runs that end alike on
/// both sides say nothing of the difference (McNemar); runs that fail on one side only are the events of two arms with
/// the same number of trials, judged by <see cref="RatioModel"/> with its mixture over onsets and its blips.
/// </summary>
public sealed class PairEvidence
{
    private const double NoiseDeviation = 0.1;
    private readonly RatioEvidence _evidence;

    /// <param name="minEffect">Smallest difference of the failure ratio worth a rollback, absolute, in (0,1).</param>
    /// <param name="budgetShare">This process's share of the false-rollback budget, in (0,1).</param>
    /// <param name="stableRuns">Earlier runs of the transaction on stable; 0 where there were none.</param>
    /// <param name="stableFailures">How many of them failed.</param>
    public PairEvidence(
        double minEffect,
        double budgetShare,
        EvidenceSettings settings,
        long stableRuns = 0,
        long stableFailures = 0
    )
    {
        var blips = BlipProfile.Learn([], settings);
        // One failure in a hundred runs is what a transaction that nobody knows yet is believed to do by itself.
        var baseline = new RatioBaseline(0.5 + stableFailures, 50 + stableRuns, 0, NoiseDeviation, blips);
        _evidence = new RatioEvidence(baseline, new MinEffect(minEffect, false), true, false, budgetShare, settings);
    }

    /// <summary>Takes the pairs that ended in the next bucket; no pair at all costs nothing.</summary>
    public EvidenceReading Observe(long endMs, int bothOk, int onlyStableFailed, int onlyCanaryFailed, int bothFailed)
    {
        var pairs = bothOk + onlyStableFailed + onlyCanaryFailed + bothFailed;
        return _evidence.Observe(new ArmsBucket(endMs, Side(onlyStableFailed, pairs), Side(onlyCanaryFailed, pairs)));
    }

    private static Arm Side(int failed, int pairs) =>
        pairs == 0 ? Arm.Empty : new Arm(pairs, (double)failed / pairs, pairs, double.NaN);
}
