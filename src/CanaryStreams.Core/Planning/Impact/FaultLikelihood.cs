using CanaryStreams.Core.Forecast;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>One rollout as numbers.</summary>
/// <param name="Change">Of the update.</param>
/// <param name="Harm">By cluster that it reached, and fault (none, everywhere, by trait).</param>
/// <param name="Failed">By cluster.</param>
internal sealed record RolloutSample(double[] Change, SparseRow[][] Harm, bool[] Failed);

/// <summary>What an update may carry and how that treats clusters, for given weights.</summary>
internal static class FaultLaw
{
    /// <summary>P(none), P(everywhere), P(each trait): a multinomial logit in which no fault has the score 0.</summary>
    public static double[] Faults(double[] change, double[] weights)
    {
        var odds = new double[1 + ImpactFeatures.Faults];
        odds[0] = 1;
        for (var fault = 0; fault < ImpactFeatures.Faults; fault++)
        {
            var score = 0.0;
            for (var i = 0; i < change.Length; i++)
                score += change[i] * weights[ImpactFeatures.FaultAt(fault) + i];
            odds[fault + 1] = Math.Exp(Math.Clamp(score, -40, 40));
        }
        var sum = odds.Sum();
        return [.. odds.Select(one => one / sum)];
    }

    /// <summary>Logit of P(the cluster fails), over all faults.</summary>
    /// <param name="harm">By fault.</param>
    public static double Logit(double[] change, SparseRow[] harm, double[] weights)
    {
        var p = Faults(change, weights).Zip(harm, (fault, row) => fault * Harm(row, weights)).Sum();
        return Math.Log(p / (1 - p));
    }

    /// <summary>P(the cluster fails | the fault).</summary>
    public static double Harm(SparseRow harm, double[] weights) => FailureForecaster.Sigmoid(harm.Dot(weights));
}

/// <summary>
/// A rollout's log likelihood Σ_f P(f | change)·Π P(outcome | f, cluster) with its derivatives: those of the law with the fault known,
/// averaged over what the outcomes say of the fault, less the information that is missing because it isn't known (Louis 1982).
/// Clusters that the rollout never reached don't appear, and needn't: what stopped it does.
/// </summary>
internal sealed class FaultLikelihood(RolloutSample rollout, double[] weights)
{
    /// <returns>Log likelihood.</returns>
    public double AddTo(Derivatives derivatives)
    {
        var prior = FaultLaw.Faults(rollout.Change, weights);
        var harm = rollout
            .Harm.Select(cluster => cluster.Select(fault => FaultLaw.Harm(fault, weights)).ToArray())
            .ToArray();
        var logs = prior.Select((p, fault) => Math.Log(p) + Log(harm, fault)).ToArray();
        var most = logs.Max();
        var sum = logs.Sum(log => Math.Exp(log - most));
        var posterior = logs.Select(log => Math.Exp(log - most) / sum).ToArray();
        var mean = new double[weights.Length];
        for (var fault = 0; fault < prior.Length; fault++)
        {
            var score = Score(prior, harm, fault);
            derivatives.AddMissing(score, posterior[fault]);
            for (var i = 0; i < mean.Length; i++)
                mean[i] += posterior[fault] * score[i];
            for (var cluster = 0; cluster < harm.Length; cluster++)
            {
                var p = harm[cluster][fault];
                derivatives.AddKnown(rollout.Harm[cluster][fault], posterior[fault] * p * (1 - p));
            }
        }
        AddFaultInformation(derivatives, prior);
        derivatives.AddMissing(mean, -1);
        derivatives.AddGradient(mean);
        return most + Math.Log(sum);
    }

    private double Log(double[][] harm, int fault)
    {
        var log = 0.0;
        for (var cluster = 0; cluster < harm.Length; cluster++)
            log += Math.Log(rollout.Failed[cluster] ? harm[cluster][fault] : 1 - harm[cluster][fault]);
        return log;
    }

    /// <summary>Derivatives of the log likelihood if the fault were known.</summary>
    private double[] Score(double[] prior, double[][] harm, int fault)
    {
        var score = new double[weights.Length];
        for (var other = 1; other < prior.Length; other++)
        {
            var error = (other == fault ? 1 : 0) - prior[other];
            for (var i = 0; i < rollout.Change.Length; i++)
                score[ImpactFeatures.FaultAt(other - 1) + i] = error * rollout.Change[i];
        }
        for (var cluster = 0; cluster < harm.Length; cluster++)
        {
            var error = (rollout.Failed[cluster] ? 1 : 0) - harm[cluster][fault];
            foreach (var (at, value) in rollout.Harm[cluster][fault].Entries)
                score[at] += error * value;
        }
        return score;
    }

    /// <summary>Of the multinomial logit: (diag(p) − p·pᵀ) ⊗ c·cᵀ.</summary>
    private void AddFaultInformation(Derivatives derivatives, double[] prior)
    {
        for (var one = 1; one < prior.Length; one++)
        for (var other = 1; other <= one; other++)
        {
            var factor = prior[one] * ((one == other ? 1 : 0) - prior[other]);
            for (var i = 0; i < rollout.Change.Length; i++)
            for (var j = 0; j < rollout.Change.Length; j++)
                derivatives.AddKnown(
                    ImpactFeatures.FaultAt(one - 1) + i,
                    ImpactFeatures.FaultAt(other - 1) + j,
                    factor * rollout.Change[i] * rollout.Change[j]
                );
        }
    }
}
