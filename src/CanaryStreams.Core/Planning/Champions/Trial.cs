using CanaryStreams.Core.Planning.Impact;

namespace CanaryStreams.Core.Planning.Champions;

/// <summary>
/// How a challenger stands against who plans now, over recorded rollouts that both said something of before anything was known.
/// What the outcomes would have been under the challenger's plans can't be replayed; that its forecasts were better, that its
/// thresholds would have been met by no more anomalies of good rollouts, and that its plans bake no more steps can.
/// </summary>
/// <param name="Against">Model of the forecasts that it is compared with.</param>
/// <param name="Rollouts">With at least one known outcome.</param>
/// <param name="Gain">Mean gain of the logarithmic score by rollout, nats; 0 without any.</param>
/// <param name="Capital">Evidence that it is positive, an e-value.</param>
/// <param name="FalseRollbacks">Anomalies of clusters that did well which its thresholds would have rolled back for.</param>
/// <param name="FalseRollbacksBefore">The same by the plans that were made.</param>
/// <param name="Steps">Mean number of steps to be baked one after the other in rollouts all of which did well; 0 without any.</param>
/// <param name="StepsBefore">The same by the plans that were made.</param>
public sealed record Trial(
    string Version,
    string Against,
    int Rollouts,
    double Gain,
    double Capital,
    int FalseRollbacks,
    int FalseRollbacksBefore,
    double Steps,
    double StepsBefore
)
{
    /// <summary>A challenger that is no better is ever promoted with at most this probability.</summary>
    public const double Level = 0.05;

    /// <summary>Whether it is promoted.</summary>
    /// <param name="rolloutsMin">Fewer rollouts decide nothing.</param>
    public bool IsWon(int rolloutsMin) => Obstacle(rolloutsMin) is null;

    /// <summary>What stands in the way of its promotion, a sentence; null where nothing does.</summary>
    public string? Obstacle(int rolloutsMin) =>
        Rollouts < rolloutsMin ? $"{Rollouts} of the {rolloutsMin} rollouts that it needs have an outcome"
        : !(Capital >= 1 / Level)
            ? $"that it forecasts better than {Against} isn't proven: e-value {Capital:0.##} of {1 / Level:0}"
        : FalseRollbacks > FalseRollbacksBefore
            ? $"it would have rolled {FalseRollbacks} good clusters back, and the plans as they were {FalseRollbacksBefore}"
        : Steps > StepsBefore
            ? $"its plans of good rollouts bake {Steps:0.00} steps, those that were made {StepsBefore:0.00}"
        : null;

    public string Summary =>
        $"over {Rollouts} rollouts it gained {Gain:0.000} nats each on {Against} (e-value {Capital:0.##}), with {FalseRollbacks} "
        + $"false rollbacks against {FalseRollbacksBefore} and {Steps:0.00} steps against {StepsBefore:0.00}";

    /// <param name="against">What it is compared with.</param>
    /// <param name="shadowed">In any order.</param>
    /// <param name="outcomes">Of a rollout.</param>
    public static Trial Of(
        ImpactModel challenger,
        ImpactModel against,
        IEnumerable<ShadowedRollout> shadowed,
        Func<string, IReadOnlyList<ClusterOutcome>> outcomes
    )
    {
        var (evidence, gains, replays) = (new GainEvidence(), new List<double>(), new List<ReplayedPlan>());
        foreach (var rollout in Known(shadowed, challenger.Version, against.Version))
        {
            var rows = outcomes(rollout.Rollout);
            if (rows.Count == 0)
                continue;
            gains.Add(GainOf(evidence, challenger, against, [.. rows.OrderBy(row => row.Order)]));
            replays.Add(ReplayedPlan.Of(rollout, rollout.By(challenger.Version)!, rows));
        }
        var good = replays.Where(replay => replay.IsGood).ToList();
        return new Trial(
            challenger.Version,
            against.Version,
            gains.Count,
            gains.Count == 0 ? 0 : gains.Average(),
            evidence.Capital,
            replays.Sum(replay => replay.FalseRollbacks),
            replays.Sum(replay => replay.FalseRollbacksBefore),
            good.Count == 0 ? 0 : good.Average(replay => replay.Steps),
            good.Count == 0 ? 0 : good.Average(replay => replay.StepsBefore)
        );
    }

    /// <summary>
    /// Each cluster is forecast for the moment at which the update reaches it: before the rollout's first, and with what the
    /// clusters before it have shown. Clusters of one rollout share their fault, and are no cases on their own.
    /// </summary>
    private static double GainOf(
        GainEvidence evidence,
        ImpactModel challenger,
        ImpactModel against,
        IReadOnlyList<ClusterOutcome> rows
    )
    {
        var clusters = rows.Select(row => row.Cluster).ToList();
        var belief = challenger.Begin(rows[0].App, rows[0].Change, clusters);
        var reference = against.Begin(rows[0].App, rows[0].Change, clusters);
        var gain = 0.0;
        foreach (var row in rows)
        {
            var name = row.Cluster.Name;
            gain += evidence.Observe(belief.PFailure(name), reference.PFailure(name), row.Failed);
            (belief, reference) = (belief.After(name, row.Failed), reference.After(name, row.Failed));
        }
        return gain;
    }

    /// <summary>
    /// In the order of their requests, up to the first that hasn't ended: bad ones end sooner, and whoever forecasts failures
    /// would be ahead until the good ones have ended too. One that takes days isn't waited for.
    /// </summary>
    private static IEnumerable<ShadowedRollout> Known(
        IEnumerable<ShadowedRollout> shadowed,
        string version,
        string against
    )
    {
        var asked = shadowed
            .Where(rollout => rollout.By(version) is not null && rollout.By(against) is not null)
            .OrderBy(rollout => rollout.RequestedMs)
            .ThenBy(rollout => rollout.Rollout, StringComparer.Ordinal)
            .ToList();
        var waitedSinceMs = asked.Count == 0 ? 0 : asked[^1].RequestedMs - WaitedForMs;
        return asked.TakeWhile(one => one.IsEnded || one.RequestedMs < waitedSinceMs).Where(one => one.IsEnded);
    }

    private const long WaitedForMs = 3 * 86_400_000L;
}
