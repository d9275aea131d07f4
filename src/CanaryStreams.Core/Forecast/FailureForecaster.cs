using System.Text.Json;

namespace CanaryStreams.Core.Forecast;

/// <summary>
/// P(the failure is sustained: for more than half of the next horizon the true effect is beyond minEffect). A logistic
/// model of <see cref="ForecastFeatures"/>, calibrated by Platt's method on rollouts it wasn't fitted to.
/// </summary>
public sealed class FailureForecaster
{
    public const int FormatVersion = 1;
    private const string Resource = "CanaryStreams.Core.Forecast.forecaster.json";
    private static readonly Lazy<FailureForecaster> s_default = new(LoadDefault);

    private readonly double[] _weights;
    private readonly double _intercept;

    internal FailureForecaster(double[] weights, double intercept, double slope, double offset)
    {
        _weights = weights;
        _intercept = intercept;
        Slope = slope;
        Offset = offset;
    }

    /// <summary>The model that ships with the product; its training is described in docs/results/forecast.md.</summary>
    public static FailureForecaster Default => s_default.Value;

    internal ReadOnlySpan<double> Weights => _weights;
    internal double Intercept => _intercept;

    /// <summary>Platt's calibration: P = σ(slope × margin + offset).</summary>
    internal double Slope { get; }
    internal double Offset { get; }

    /// <param name="features">In the order of <see cref="ForecastFeatures.Names"/>.</param>
    /// <returns>In (0,1).</returns>
    public double PSustained(ReadOnlySpan<double> features) => Sigmoid(Slope * Margin(features) + Offset);

    internal double Margin(ReadOnlySpan<double> features)
    {
        var margin = _intercept;
        for (var i = 0; i < _weights.Length; i++)
            margin += _weights[i] * features[i];
        return margin;
    }

    internal static double Sigmoid(double x) => 1 / (1 + Math.Exp(-Math.Clamp(x, -40, 40)));

    /// <summary>Reads a model's file.</summary>
    /// <exception cref="FormatException">Not a model of this version and these features.</exception>
    public static FailureForecaster FromJson(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return FromJson(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"The forecast model can't be read: {e.Message}", e);
        }
    }

    private static FailureForecaster FromJson(JsonElement root)
    {
        var version = root.GetProperty("version").GetInt32();
        if (version != FormatVersion)
            throw new FormatException($"The forecast model has version {version}; this program reads {FormatVersion}.");
        var weights = new double[ForecastFeatures.Count];
        foreach (var name in root.GetProperty("weights").EnumerateObject())
        {
            var at = ForecastFeatures.Names.ToList().IndexOf(name.Name);
            if (at < 0)
                throw new FormatException($"The forecast model weighs '{name.Name}', which is no feature.");
            weights[at] = name.Value.GetDouble();
        }
        var calibration = root.GetProperty("calibration");
        return new FailureForecaster(
            weights,
            root.GetProperty("intercept").GetDouble(),
            calibration.GetProperty("slope").GetDouble(),
            calibration.GetProperty("offset").GetDouble()
        );
    }

    private static FailureForecaster LoadDefault()
    {
        using var stream = typeof(FailureForecaster).Assembly.GetManifestResourceStream(Resource);
        using var document = JsonDocument.Parse(
            stream ?? throw new InvalidOperationException($"{Resource} is missing")
        );
        return FromJson(document.RootElement);
    }
}
