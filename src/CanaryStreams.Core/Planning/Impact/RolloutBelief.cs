namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// P(failure) of each cluster of one rollout, given what the clusters showed that the update has already reached. A failure makes the
/// clusters likelier to fail that resemble the failed one, and a survivor its own kind less likely.
/// </summary>
public sealed class RolloutBelief
{
    private readonly string[] _clusters;

    /// <summary>By cluster and fault (none first), P(failure) if the update carried it.</summary>
    private readonly double[][] _probabilities;

    /// <summary>Of the faults; they sum to 1.</summary>
    private readonly double[] _faults;

    internal RolloutBelief(string[] clusters, double[][] probabilities, double[] faults)
    {
        _clusters = clusters;
        _probabilities = probabilities;
        _faults = faults;
    }

    /// <summary>In the order in which the belief was begun.</summary>
    public IReadOnlyList<string> Clusters => _clusters;

    /// <summary>P(the cluster fails), in (0,1); of a cluster whose outcome is in, P(it would again).</summary>
    /// <exception cref="ArgumentException">No cluster of this rollout.</exception>
    public double PFailure(string cluster)
    {
        var probabilities = Of(cluster);
        var sum = 0.0;
        for (var fault = 0; fault < _faults.Length; fault++)
            sum += _faults[fault] * probabilities[fault];
        return sum;
    }

    /// <summary>The belief after a cluster's outcome, by Bayes' rule; the order of outcomes doesn't matter.</summary>
    /// <exception cref="ArgumentException">No cluster of this rollout.</exception>
    public RolloutBelief After(string cluster, bool failed)
    {
        var probabilities = Of(cluster);
        var faults = new double[_faults.Length];
        var sum = 0.0;
        for (var fault = 0; fault < faults.Length; fault++)
            sum += faults[fault] = _faults[fault] * (failed ? probabilities[fault] : 1 - probabilities[fault]);
        for (var fault = 0; fault < faults.Length; fault++)
            faults[fault] /= sum;
        return new RolloutBelief(_clusters, _probabilities, faults);
    }

    private double[] Of(string cluster) =>
        Array.IndexOf(_clusters, cluster) is >= 0 and var at
            ? _probabilities[at]
            : throw new ArgumentException($"'{cluster}' is no cluster of this rollout", nameof(cluster));
}
