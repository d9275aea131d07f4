using CanaryStreams.Core.Anomaly.Network;

namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>
/// Adam (Kingma &amp; Ba 2015) with decoupled weight decay (Loshchilov &amp; Hutter 2019), and the exponential moving average
/// of the parameters it passes through, which generalizes better than where it ends.
/// </summary>
internal sealed class AdamOptimizer(float[] parameters, IReadOnlyList<NetworkLayer> layers, double weightDecay)
{
    private const float FirstMoment = 0.9f;
    private const float SecondMoment = 0.999f;
    private const double AverageDecayMax = 0.999;

    private readonly float[] _first = new float[parameters.Length];
    private readonly float[] _second = new float[parameters.Length];
    private readonly float[] _average = (float[])parameters.Clone();
    private int _steps;

    /// <summary>Moving average of the parameters.</summary>
    public ReadOnlySpan<float> Average => _average;

    /// <summary>One step down the gradient.</summary>
    /// <param name="gradient">As long as the parameters.</param>
    public void Step(ReadOnlySpan<float> gradient, double learningRate)
    {
        _steps++;
        foreach (var layer in layers)
        {
            Step(gradient, layer.Start, layer.Start + layer.WeightCount, learningRate, weightDecay);
            Step(gradient, layer.Start + layer.WeightCount, layer.End, learningRate, 0);
        }
        // As long as there are few steps the average forgets its beginning quickly.
        var decay = Math.Min(AverageDecayMax, (1.0 + _steps) / (10 + _steps));
        var share = (float)(1 - decay);
        for (var i = 0; i < _average.Length; i++)
            _average[i] += share * (parameters[i] - _average[i]);
    }

    private void Step(ReadOnlySpan<float> gradient, int from, int to, double learningRate, double decay)
    {
        var firstScale = (float)(1 / (1 - Math.Pow(0.9, _steps)));
        var secondScale = (float)(1 / (1 - Math.Pow(0.999, _steps)));
        var (rate, shrink) = ((float)learningRate, (float)decay);
        for (var i = from; i < to; i++)
        {
            var slope = gradient[i];
            _first[i] = (FirstMoment * _first[i]) + ((1 - FirstMoment) * slope);
            _second[i] = (SecondMoment * _second[i]) + ((1 - SecondMoment) * slope * slope);
            var move = _first[i] * firstScale / (MathF.Sqrt(_second[i] * secondScale) + 1e-8f);
            parameters[i] -= rate * (move + (shrink * parameters[i]));
        }
    }
}
