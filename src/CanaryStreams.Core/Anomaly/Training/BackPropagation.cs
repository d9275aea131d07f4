using CanaryStreams.Core.Anomaly.Network;

namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>
/// Gradients of a network's loss for a handful of samples at once, so that weights are read once for all of them. Windows
/// stand point after point, which makes the convolutions plain products of matrices.
/// </summary>
internal sealed class BackPropagation
{
    /// <summary>Samples at once: their windows and activations stay in the second cache.</summary>
    public const int Rows = 16;

    private readonly NetworkLayer _first;
    private readonly NetworkLayer _second;
    private readonly NetworkLayer _hidden;
    private readonly NetworkLayer _readout;

    private readonly float[] _columns;
    private readonly float[] _columnSlopes;
    private readonly float[] _features;
    private readonly float[] _featureSlopes;
    private readonly float[] _joined;
    private readonly float[] _units;
    private readonly float[] _unitSlopes;
    private readonly float[] _turned;

    public BackPropagation(NetworkShape shape)
    {
        Layers = [shape.FirstConvolution, shape.SecondConvolution, shape.Hidden, shape.Readout];
        (_first, _second, _hidden, _readout) = (Layers[0], Layers[1], Layers[2], Layers[3]);
        Windows = new float[Rows * NetworkShape.Window * shape.Channels];
        Contexts = new float[Rows * shape.ContextLength];
        Logits = new float[Rows * _readout.Outputs];
        LogitSlopes = new float[Rows * _readout.Outputs];
        Gradient = new float[shape.ParameterCount];
        _columns = new float[Rows * _second.Inputs];
        _columnSlopes = new float[Rows * _second.Inputs];
        _features = new float[Rows * _second.Outputs];
        _featureSlopes = new float[Rows * _second.Outputs];
        _joined = new float[Rows * _hidden.Inputs];
        _units = new float[Rows * _hidden.Outputs];
        _unitSlopes = new float[Rows * _hidden.Outputs];
        _turned = new float[Math.Max(_second.WeightCount, _hidden.WeightCount)];
    }

    public IReadOnlyList<NetworkLayer> Layers { get; }

    /// <summary>Rows × window × channels, scaled, oldest point first. The caller fills it.</summary>
    public float[] Windows { get; }

    /// <summary>Rows × context length. The caller fills it.</summary>
    public float[] Contexts { get; }

    /// <summary>Rows × 8, the first two in use; valid after <see cref="Forward"/>.</summary>
    public float[] Logits { get; }

    /// <summary>Derivatives of the loss by the logits, rows × 8. The caller fills it before <see cref="Backward"/>.</summary>
    public float[] LogitSlopes { get; }

    /// <summary>Derivatives of the loss by the parameters; <see cref="Backward"/> adds to it.</summary>
    public float[] Gradient { get; }

    /// <summary>Reads the first rows.</summary>
    public void Forward(ReadOnlySpan<float> parameters, int rows)
    {
        Apply(_first, parameters, Windows, _columns, rows * NetworkShape.Columns);
        LayerKernels.Rectify(_columns.AsSpan(0, rows * _second.Inputs));
        Apply(_second, parameters, _columns, _features, rows);
        LayerKernels.Rectify(_features.AsSpan(0, rows * _second.Outputs));
        var context = _hidden.Inputs - _second.Outputs;
        for (var r = 0; r < rows; r++)
        {
            var joined = _joined.AsSpan(r * _hidden.Inputs, _hidden.Inputs);
            _features.AsSpan(r * _second.Outputs, _second.Outputs).CopyTo(joined);
            Contexts.AsSpan(r * context, context).CopyTo(joined[_second.Outputs..]);
        }
        Apply(_hidden, parameters, _joined, _units, rows);
        LayerKernels.Rectify(_units.AsSpan(0, rows * _hidden.Outputs));
        Apply(_readout, parameters, _units, Logits, rows);
    }

    /// <summary>Adds to the gradient what the rows of the last <see cref="Forward"/> contribute.</summary>
    public void Backward(ReadOnlySpan<float> parameters, int rows)
    {
        Collect(_readout, _units, LogitSlopes, rows);
        Return(_readout, parameters, LogitSlopes, _unitSlopes, _units, _hidden.Outputs, rows);
        Collect(_hidden, _joined, _unitSlopes, rows);
        // Only the features: the context has no parameters behind it.
        Return(_hidden, parameters, _unitSlopes, _featureSlopes, _features, _second.Outputs, rows);
        Collect(_second, _columns, _featureSlopes, rows);
        Return(_second, parameters, _featureSlopes, _columnSlopes, _columns, _second.Inputs, rows);
        Collect(_first, Windows, _columnSlopes, rows * NetworkShape.Columns);
    }

    // y = b + x·W.
    private static void Apply(NetworkLayer layer, ReadOnlySpan<float> parameters, float[] x, float[] y, int rows)
    {
        var biases = layer.Biases(parameters);
        for (var r = 0; r < rows; r++)
            biases.CopyTo(y.AsSpan(r * layer.Outputs));
        var (inputs, outputs) = (layer.Inputs, layer.Outputs);
        MatrixKernels.MultiplyAdd(x, inputs, 1, layer.Weights(parameters), y, rows, inputs, outputs);
    }

    // Gradients of weights and biases: xᵀ·dy and the sums of dy.
    private void Collect(NetworkLayer layer, float[] x, float[] slopes, int rows)
    {
        var (inputs, outputs) = (layer.Inputs, layer.Outputs);
        var biases = layer.Biases(Gradient.AsSpan());
        for (var r = 0; r < rows; r++)
        {
            for (var o = 0; o < outputs; o++)
                biases[o] += slopes[(r * outputs) + o];
        }
        MatrixKernels.MultiplyAdd(x, 1, inputs, slopes, layer.Weights(Gradient.AsSpan()), inputs, rows, outputs);
    }

    // dx = dy·Wᵀ of the first inputs, through the rectifier that made them.
    private void Return(
        NetworkLayer layer,
        ReadOnlySpan<float> parameters,
        float[] slopes,
        float[] back,
        float[] activations,
        int inputs,
        int rows
    )
    {
        var weights = layer.Weights(parameters);
        for (var i = 0; i < inputs; i++)
        {
            for (var o = 0; o < layer.Outputs; o++)
                _turned[(o * inputs) + i] = weights[(i * layer.Outputs) + o];
        }
        Array.Clear(back, 0, rows * inputs);
        MatrixKernels.MultiplyAdd(slopes, layer.Outputs, 1, _turned, back, rows, layer.Outputs, inputs);
        for (var i = 0; i < rows * inputs; i++)
            back[i] *= activations[i] < 0 ? NetworkShape.Slope : 1;
    }
}
