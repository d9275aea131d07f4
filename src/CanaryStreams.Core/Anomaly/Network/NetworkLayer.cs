namespace CanaryStreams.Core.Anomaly.Network;

/// <summary>
/// Where a layer stands in a network's parameters: weights [inputs × outputs], a row per input, then the biases.
/// </summary>
internal readonly record struct NetworkLayer(int Inputs, int Outputs, int Start)
{
    public int WeightCount => Inputs * Outputs;

    public int End => Start + WeightCount + Outputs;

    public ReadOnlySpan<float> Weights(ReadOnlySpan<float> parameters) => parameters.Slice(Start, WeightCount);

    public Span<float> Weights(Span<float> parameters) => parameters.Slice(Start, WeightCount);

    public ReadOnlySpan<float> Biases(ReadOnlySpan<float> parameters) => parameters.Slice(Start + WeightCount, Outputs);

    public Span<float> Biases(Span<float> parameters) => parameters.Slice(Start + WeightCount, Outputs);
}
