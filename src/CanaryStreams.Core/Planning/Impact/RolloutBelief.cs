namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// P(failure) of each cluster of one rollout, given what the clusters showed that the update has already reached. A failure makes the
/// clusters likelier to fail that a fault hurts which would explain it, and a survivor its own kind less likely.
/// </summary>
public sealed class RolloutBelief
{
    private readonly string[] _clusters;

    /// <summary>By cluster, P(failure) without a fault and with each.</summary>
    private readonly double[][] _failures;

    /// <summary>P(no fault), then P of each; they sum to 1.</summary>
    private readonly double[] _causes;

    internal RolloutBelief(string[] clusters, double[][] failures, double[] causes)
    {
        _clusters = clusters;
        _failures = failures;
        _causes = causes;
    }

    /// <summary>In the order in which the belief was begun.</summary>
    public IReadOnlyList<string> Clusters => _clusters;

    /// <summary>P(the update carries no fault).</summary>
    public double PNone => _causes[0];

    /// <summary>The faults that it may carry, by where they hurt, the likeliest first.</summary>
    public IReadOnlyList<Suspicion> Suspicions =>
        [
            .. ImpactLayout
                .Causes.Select((cause, i) => new Suspicion(cause, _causes[i + 1]))
                .OrderByDescending(suspicion => suspicion.Probability)
                .ThenBy(suspicion => suspicion.Fault, StringComparer.Ordinal),
        ];

    /// <summary>P(the cluster fails), in (0,1); of a cluster whose outcome is in, P(it would again).</summary>
    /// <exception cref="ArgumentException">No cluster of this rollout.</exception>
    public double PFailure(string cluster) => QuasiNewton.Dot(_causes, Of(cluster));

    /// <summary>The belief after a cluster's outcome, by Bayes' rule; the order of outcomes doesn't matter. Where nothing explains it, it stays.</summary>
    /// <exception cref="ArgumentException">No cluster of this rollout.</exception>
    public RolloutBelief After(string cluster, bool failed)
    {
        var causes = Of(cluster).Select((p, cause) => _causes[cause] * (failed ? p : 1 - p)).ToArray();
        var sum = causes.Sum();
        return sum > 0 ? new RolloutBelief(_clusters, _failures, [.. causes.Select(cause => cause / sum)]) : this;
    }

    private double[] Of(string cluster) =>
        Array.IndexOf(_clusters, cluster) is >= 0 and var at
            ? _failures[at]
            : throw new ArgumentException($"'{cluster}' is no cluster of this rollout", nameof(cluster));
}

/// <param name="Fault">Where it hurts: <c>everywhere</c>, or a trait of the clusters, as <c>old kernel</c>.</param>
/// <param name="Probability">That the update carries it.</param>
public readonly record struct Suspicion(string Fault, double Probability);
