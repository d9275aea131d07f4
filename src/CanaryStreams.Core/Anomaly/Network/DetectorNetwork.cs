namespace CanaryStreams.Core.Anomaly.Network;

/// <summary>
/// A trained network: immutable, so that any number of series and threads may share it. A series' past is in its
/// <see cref="NetworkMemory"/>; a step costs one column of the first convolution and the layers above it.
/// </summary>
public sealed class DetectorNetwork
{
    private readonly float[] _parameters;
    private readonly NetworkLayer _first;
    private readonly NetworkLayer _second;
    private readonly NetworkLayer _hidden;
    private readonly NetworkLayer _readout;

    /// <param name="parameters">
    /// <see cref="NetworkShape.ParameterCount"/> finite numbers: for each layer its weights [inputs × outputs], a row per
    /// input (of convolutions: the oldest point's first), then its biases. The last layer has eight outputs, two in use.
    /// </param>
    /// <exception cref="ArgumentException">Not that many, or not finite.</exception>
    public DetectorNetwork(NetworkShape shape, ReadOnlySpan<float> parameters)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (parameters.Length != shape.ParameterCount)
        {
            throw new ArgumentException(
                $"{shape} has {shape.ParameterCount} parameters, not {parameters.Length}",
                nameof(parameters)
            );
        }
        for (var i = 0; i < parameters.Length; i++)
        {
            if (!float.IsFinite(parameters[i]))
                throw new ArgumentException($"parameter {i} is {parameters[i]}", nameof(parameters));
        }
        Shape = shape;
        _parameters = parameters.ToArray();
        (_first, _second) = (shape.FirstConvolution, shape.SecondConvolution);
        (_hidden, _readout) = (shape.Hidden, shape.Readout);
    }

    public NetworkShape Shape { get; }

    /// <summary>All weights and biases, in the order of the constructor.</summary>
    public ReadOnlySpan<float> Parameters => _parameters;

    /// <summary>The memory of a series that begins.</summary>
    public NetworkMemory CreateMemory() => new([this]);

    /// <summary>Takes the next point of a series and reads it.</summary>
    /// <param name="channels">Finite and not scaled: the network itself clamps to ±6 and scales.</param>
    /// <param name="context">Finite, taken as it is.</param>
    /// <param name="memory">Of this network and this series.</param>
    public NetworkReading Step(ReadOnlySpan<float> channels, ReadOnlySpan<float> context, NetworkMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        memory.Append(channels, Shape, 1);
        return Read(context, memory, 0);
    }

    /// <summary>Reads the newest point, whose channels are in the memory already.</summary>
    /// <param name="index">Of this network among those of the memory.</param>
    internal NetworkReading Read(ReadOnlySpan<float> context, NetworkMemory memory, int index)
    {
        if (context.Length != Shape.ContextLength)
        {
            throw new ArgumentException(
                $"the context has {context.Length} numbers, not {Shape.ContextLength}",
                nameof(context)
            );
        }
        FirstColumn(memory.Recent, memory.Column(index, 0));
        ReadOnlySpan<float> parameters = _parameters;

        Span<float> second = stackalloc float[NetworkShape.SecondFilters];
        _second.Biases(parameters).CopyTo(second);
        const int block = NetworkShape.FirstFilters * NetworkShape.SecondFilters;
        var weights = _second.Weights(parameters);
        for (var c = 0; c < NetworkShape.Columns; c++)
        {
            var age = (NetworkShape.Columns - 1 - c) * NetworkShape.Kernel;
            LayerKernels.Accumulate(memory.Column(index, age), weights.Slice(c * block, block), second);
        }
        LayerKernels.Rectify(second);

        Span<float> hidden = stackalloc float[NetworkShape.HiddenUnits];
        _hidden.Biases(parameters).CopyTo(hidden);
        weights = _hidden.Weights(parameters);
        const int seen = NetworkShape.SecondFilters * NetworkShape.HiddenUnits;
        LayerKernels.Accumulate(second, weights[..seen], hidden);
        LayerKernels.Accumulate(context, weights[seen..], hidden);
        LayerKernels.Rectify(hidden);

        Span<float> outputs = stackalloc float[NetworkShape.OutputUnits];
        _readout.Biases(parameters).CopyTo(outputs);
        LayerKernels.Accumulate(hidden, _readout.Weights(parameters), outputs);
        return new NetworkReading(outputs[0], outputs[1]);
    }

    /// <summary>The first convolution at one point.</summary>
    /// <param name="points">Scaled channels of the last <see cref="NetworkShape.Kernel"/> points, oldest first.</param>
    internal void FirstColumn(ReadOnlySpan<float> points, Span<float> column)
    {
        _first.Biases(_parameters).CopyTo(column);
        LayerKernels.Accumulate(points, _first.Weights((ReadOnlySpan<float>)_parameters), column);
        LayerKernels.Rectify(column);
    }
}
