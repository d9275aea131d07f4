namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// P(failure) of each cluster of one rollout, given what the clusters showed that the update has already reached. A failure makes the
/// clusters likelier to fail that resemble the failed one, and a survivor its own kind less likely.
/// </summary>
public sealed class RolloutBelief
{
    private readonly string[] _clusters;

    /// <summary>By cluster and node, P(failure) if the node were true.</summary>
    private readonly double[][] _probabilities;

    /// <summary>Of the nodes; they sum to 1.</summary>
    private readonly double[] _weights;

    internal RolloutBelief(string[] clusters, double[][] probabilities, double[] weights)
    {
        _clusters = clusters;
        _probabilities = probabilities;
        _weights = weights;
    }

    /// <summary>In the order in which the belief was begun.</summary>
    public IReadOnlyList<string> Clusters => _clusters;

    /// <summary>P(the cluster fails), in (0,1); of a cluster whose outcome is in, P(it would again).</summary>
    /// <exception cref="ArgumentException">No cluster of this rollout.</exception>
    public double PFailure(string cluster)
    {
        var probabilities = Of(cluster);
        var sum = 0.0;
        for (var node = 0; node < _weights.Length; node++)
            sum += _weights[node] * probabilities[node];
        return sum;
    }

    /// <summary>The belief after a cluster's outcome, by Bayes' rule; the order of outcomes doesn't matter.</summary>
    /// <exception cref="ArgumentException">No cluster of this rollout.</exception>
    public RolloutBelief After(string cluster, bool failed)
    {
        var probabilities = Of(cluster);
        var weights = new double[_weights.Length];
        var sum = 0.0;
        for (var node = 0; node < weights.Length; node++)
            sum += weights[node] = _weights[node] * (failed ? probabilities[node] : 1 - probabilities[node]);
        for (var node = 0; node < weights.Length; node++)
            weights[node] /= sum;
        return new RolloutBelief(_clusters, _probabilities, weights);
    }

    private double[] Of(string cluster) =>
        Array.IndexOf(_clusters, cluster) is >= 0 and var at
            ? _probabilities[at]
            : throw new ArgumentException($"'{cluster}' is no cluster of this rollout", nameof(cluster));
}
