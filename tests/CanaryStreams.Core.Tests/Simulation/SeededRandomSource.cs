using CanaryStreams.Core.Forecast;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Simulation;

/// <summary>Draws rows of a known logistic model.</summary>
internal sealed class SeededRandomSource
{
    private readonly SeededRandom _random = new(77);

    public (List<double[]> Rows, List<bool> Labels, List<double> Weights) LogisticRows(
        int count,
        double[] beta,
        double intercept
    )
    {
        var (rows, labels, weights) = (new List<double[]>(), new List<bool>(), new List<double>());
        for (var i = 0; i < count; i++)
        {
            var row = new[] { _random.Normal(), _random.Uniform(-1, 1) };
            rows.Add(row);
            labels.Add(_random.Chance(FailureForecaster.Sigmoid(beta[0] * row[0] + beta[1] * row[1] + intercept)));
            weights.Add(1);
        }
        return (rows, labels, weights);
    }
}
