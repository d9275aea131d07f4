using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>
/// Trains a network: weighted logistic losses of both outputs, Adam under a cosine schedule that warms up, and the moving
/// average of the weights as the result. One thread and one seed, so the same input gives the same network; the sums don't
/// depend on the width of the machine's vectors, but exponentials and cosines are the library's and may differ in their
/// last digit from machine to machine.
/// </summary>
public sealed class NetworkTrainer
{
    private const double WarmUpSteps = 200;

    // The schedule ends at this share of the highest rate, not at 0.
    private const double LearningRateFloor = 0.01;

    private readonly NetworkShape _shape;
    private readonly IReadOnlyList<TrainingSeries> _series;
    private readonly IReadOnlyList<TrainingSample> _samples;
    private readonly TrainerSettings _settings;
    private readonly SeededRandom _random;
    private readonly BackPropagation _pass;
    private readonly float[] _parameters;
    private readonly float _lossScale;

    private NetworkTrainer(
        NetworkShape shape,
        IReadOnlyList<TrainingSeries> series,
        IReadOnlyList<TrainingSample> samples,
        TrainerSettings settings,
        ulong seed
    )
    {
        (_shape, _series, _samples, _settings) = (shape, series, samples, settings);
        _random = new SeededRandom(seed);
        _pass = new BackPropagation(shape);
        _parameters = Initial(shape, _random);
        // Learning rates keep their meaning whatever unit the weights have.
        var mean = samples.Average(s => (double)s.LevelWeight + s.OnsetWeight);
        _lossScale = mean > 0 ? (float)(1 / mean) : 0;
    }

    /// <summary>Trains a network.</summary>
    /// <param name="samples">At least one; what they point to is in <paramref name="series"/>.</param>
    /// <param name="progress">Is told the share that is done, (0,1], after every step.</param>
    /// <exception cref="ArgumentException">Lengths or indices don't fit.</exception>
    public static DetectorNetwork Train(
        NetworkShape shape,
        IReadOnlyList<TrainingSeries> series,
        IReadOnlyList<TrainingSample> samples,
        TrainerSettings settings,
        ulong seed,
        Action<double>? progress = null
    )
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(settings);
        TrainingChecks.Check(shape, series, samples, settings);
        return new NetworkTrainer(shape, series, samples, settings, seed).Run(progress);
    }

    private DetectorNetwork Run(Action<double>? progress)
    {
        var order = Enumerable.Range(0, _samples.Count).ToArray();
        var batch = Math.Min(_settings.BatchSize, order.Length);
        var steps = (long)_settings.Epochs * (order.Length / batch);
        var optimizer = new AdamOptimizer(_parameters, _pass.Layers, _settings.WeightDecay);
        var step = 0L;
        for (var epoch = 0; epoch < _settings.Epochs; epoch++)
        {
            Shuffle(order);
            for (var at = 0; at + batch <= order.Length; at += batch)
            {
                Accumulate(order.AsSpan(at, batch));
                var rate = LearningRate((double)step / steps, ++step);
                optimizer.Step(_pass.Gradient, rate);
                progress?.Invoke((double)step / steps);
            }
        }
        return new DetectorNetwork(_shape, optimizer.Average);
    }

    private double LearningRate(double done, long step)
    {
        var cosine = (0.5 * (1 + Math.Cos(Math.PI * done))) + LearningRateFloor;
        return _settings.LearningRate * cosine * Math.Min(1, step / WarmUpSteps);
    }

    /// <summary>The gradient of the mean loss of a batch.</summary>
    private void Accumulate(ReadOnlySpan<int> batch)
    {
        Array.Clear(_pass.Gradient);
        var scale = _lossScale / batch.Length;
        for (var at = 0; at < batch.Length; at += BackPropagation.Rows)
        {
            var rows = Math.Min(BackPropagation.Rows, batch.Length - at);
            for (var r = 0; r < rows; r++)
                Fill(_samples[batch[at + r]], r);
            _pass.Forward(_parameters, rows);
            const int outputs = NetworkShape.OutputUnits;
            for (var r = 0; r < rows; r++)
            {
                var sample = _samples[batch[at + r]];
                var logits = _pass.Logits.AsSpan(r * outputs, outputs);
                var slopes = _pass.LogitSlopes.AsSpan(r * outputs, outputs);
                slopes[0] = (Sigmoid(logits[0]) - sample.Level) * sample.LevelWeight * scale;
                slopes[1] = (Sigmoid(logits[1]) - sample.Onset) * sample.OnsetWeight * scale;
            }
            _pass.Backward(_parameters, rows);
        }
    }

    private void Fill(TrainingSample sample, int row)
    {
        var (channels, context) = (_shape.Channels, _shape.ContextLength);
        var series = _series[sample.Series];
        var window = _pass.Windows.AsSpan(row * NetworkShape.Window * channels, NetworkShape.Window * channels);
        var points = Math.Min(NetworkShape.Window, sample.Point + 1);
        window.Clear();
        // A dip is as much an anomaly as a spike: the sign of all channels is chance.
        var sign = _random.Chance(_settings.SignFlipShare) ? -1 : 1;
        LayerKernels.ScaleChannels(
            series.Channels.AsSpan((sample.Point + 1 - points) * channels, points * channels),
            window[^(points * channels)..],
            sign
        );
        series.Context.AsSpan(sample.Point * context, context).CopyTo(_pass.Contexts.AsSpan(row * context));
    }

    private void Shuffle(int[] order)
    {
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = (int)(_random.NextDouble() * (i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }
    }

    /// <summary>Weights after He et al. (2015): variance 2 / inputs. Biases and unused outputs are 0.</summary>
    private static float[] Initial(NetworkShape shape, SeededRandom random)
    {
        var parameters = new float[shape.ParameterCount];
        Fill(shape.FirstConvolution, shape.FirstConvolution.Outputs);
        Fill(shape.SecondConvolution, shape.SecondConvolution.Outputs);
        Fill(shape.Hidden, shape.Hidden.Outputs);
        Fill(shape.Readout, NetworkShape.Outputs);
        return parameters;

        void Fill(NetworkLayer layer, int used)
        {
            var weights = layer.Weights(parameters.AsSpan());
            var deviation = Math.Sqrt(2.0 / layer.Inputs);
            for (var i = 0; i < layer.Inputs; i++)
            {
                for (var o = 0; o < used; o++)
                    weights[(i * layer.Outputs) + o] = (float)(random.Normal() * deviation);
            }
        }
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));
}
