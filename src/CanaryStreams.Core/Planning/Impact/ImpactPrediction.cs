using CanaryStreams.Core.Forecast;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>How an update will probably treat a cluster.</summary>
/// <param name="PFailure">P(the cluster fails), in (0,1).</param>
/// <param name="LogitSd">Standard deviation of the logit that comes of knowing little; it shrinks with outcomes of such cases.</param>
/// <param name="EffectiveRows">Outcomes of exactly this case that would tell its rate as well; above 0.</param>
/// <param name="Faults">P(the update carries the fault, and the cluster fails), the largest first.</param>
/// <param name="Contributions">What makes the logit what it is, the largest first.</param>
/// <param name="Metrics">Of each metric that outcomes told effects of; by name.</param>
public sealed record ImpactPrediction(
    double PFailure,
    double LogitSd,
    double EffectiveRows,
    IReadOnlyList<Suspicion> Faults,
    IReadOnlyList<Contribution> Contributions,
    IReadOnlyList<MetricImpact> Metrics
)
{
    /// <summary>Deviations of a normal law between which 95 % of it lie.</summary>
    private const double Within95 = 1.96;

    /// <summary>95 % interval of P(failure): it says how little is known, not how the case will go.</summary>
    public (double Lower, double Upper) Interval
    {
        get
        {
            var logit = Math.Log(PFailure / (1 - PFailure));
            return (
                FailureForecaster.Sigmoid(logit - Within95 * LogitSd),
                FailureForecaster.Sigmoid(logit + Within95 * LogitSd)
            );
        }
    }
}

/// <summary>How much the logit would fall without it; positive makes a failure likelier.</summary>
public readonly record struct Contribution(string Feature, double Logit);

/// <summary>The effect to be expected on a metric, in units of its minEffect; positive is worse.</summary>
/// <param name="Sd">Of the effect itself: noise and what isn't known of its mean.</param>
public readonly record struct MetricImpact(string Metric, double Mean, double Sd);
