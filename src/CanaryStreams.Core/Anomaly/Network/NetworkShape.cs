namespace CanaryStreams.Core.Anomaly.Network;

/// <summary>
/// Sizes of the detector's network: two 1-D convolutions and two dense layers as in Ren et al. (KDD 2019, section 3.2),
/// made causal so that they stream. The first convolution stands at every point and looks at it and the three before; the
/// second looks at every fourth of its columns, counted back from the newest point, so that each point is seen once.
/// </summary>
/// <param name="Channels">Numbers per point that the convolutions see, 1..<see cref="ChannelsMax"/>.</param>
/// <param name="ContextLength">Numbers per point that only the dense layers see, 0..<see cref="ContextLengthMax"/>.</param>
public sealed record NetworkShape(int Channels, int ContextLength)
{
    public const int ChannelsMax = 256;
    public const int ContextLengthMax = 1024;

    /// <summary>Points that a reading depends on, apart from its context.</summary>
    public const int Window = 32;

    /// <summary>Points under the kernel of the first convolution, and its stride.</summary>
    public const int Kernel = 4;

    /// <summary>Columns of the first convolution that the second one sees.</summary>
    public const int Columns = Window / Kernel;

    /// <summary>Filters of the first convolution.</summary>
    public const int FirstFilters = 16;

    /// <summary>Filters of the second convolution.</summary>
    public const int SecondFilters = 24;

    /// <summary>Units of the first dense layer.</summary>
    public const int HiddenUnits = 32;

    /// <summary>Logits: level, onset.</summary>
    public const int Outputs = 2;

    /// <summary>Slope of the leaky rectifier below 0.</summary>
    public const float Slope = 0.05f;

    // Layers are multiples of eight units wide, so that vectors never straddle rows; the rest of the outputs is unused.
    internal const int OutputUnits = 8;

    public int Channels { get; } = InRange(Channels, 1, ChannelsMax, nameof(Channels));

    public int ContextLength { get; } = InRange(ContextLength, 0, ContextLengthMax, nameof(ContextLength));

    /// <summary>Length of all weights and biases, which stand in one block, layer after layer.</summary>
    public int ParameterCount => Readout.End;

    internal NetworkLayer FirstConvolution => new(Kernel * Channels, FirstFilters, 0);

    internal NetworkLayer SecondConvolution => new(Columns * FirstFilters, SecondFilters, FirstConvolution.End);

    internal NetworkLayer Hidden => new(SecondFilters + ContextLength, HiddenUnits, SecondConvolution.End);

    internal NetworkLayer Readout => new(HiddenUnits, OutputUnits, Hidden.End);

    private static int InRange(int value, int least, int most, string name) =>
        value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(name, $"is {value}; it must be in {least}..{most}");
}
