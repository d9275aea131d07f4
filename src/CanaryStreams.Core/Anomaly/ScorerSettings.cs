namespace CanaryStreams.Core.Anomaly;

/// <summary>Which members a <see cref="SeriesScorer"/> has and how it calibrates them.</summary>
public sealed record ScorerSettings
{
    /// <summary>Spectra up to 1024 points: what the whole detector is compared with.</summary>
    public static ScorerSettings Full { get; } = new();

    /// <summary>Short spectra and moving means: what judges changes.</summary>
    public static ScorerSettings Live { get; } =
        new()
        {
            SpectralLengths = [64],
            MeanGains = [0.05, 0.01],
            HistogramBins = 44,
            HistogramBinsPerOctave = 3,
            MemoryPoints = 2880,
        };

    /// <summary>Lengths of the transforms of the spectral members, each a power of two in 16..4096.</summary>
    public IReadOnlyList<int> SpectralLengths { get; init; } = [64, 1024];

    /// <summary>Gains of the moving-mean members, each in (0,1).</summary>
    public IReadOnlyList<double> MeanGains { get; init; } = [];

    /// <summary>Bins of each member's histogram of past deviations.</summary>
    public int HistogramBins { get; init; } = 112;

    public int HistogramBinsPerOctave { get; init; } = 8;

    /// <summary>Points after which a past deviation has faded to 1/e in the calibration.</summary>
    public double MemoryPoints { get; init; } = 10_000;

    /// <summary>
    /// Mean surprise of the members, −log₁₀ of a share of the past, at which the score is one half. The default gave the
    /// best event F1 on the development half of the KPI series.
    /// </summary>
    public double HalfScoreSurprise { get; init; } = 4.5;

    /// <summary>Score in (0,1) from which a point is an anomaly.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>Something new begins where the score exceeds that of all of the last points, this many.</summary>
    public int OnsetLookBack { get; init; } = 30;
}
