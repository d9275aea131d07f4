using CanaryStreams.Core.Forecast;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// The model for given parameters. An update carries one fault at most. Each part of the change adds to the odds of each fault
/// against none, as risks that compete do, times a factor of the application. A cluster fails where the fault hurts it, which is a logistic
/// curve in the trait, or for no reason of the update's.
/// </summary>
internal sealed class ImpactCurves
{
    /// <summary>Share of clusters that are believed to have a trait of which nothing is said.</summary>
    private const double UnknownShare = 0.25;

    private readonly double[] _rates;

    public ImpactCurves(double[] parameters)
    {
        Parameters = parameters;
        _rates = [.. parameters.Take(ImpactLayout.Thresholds).Select(Math.Exp)];
        Slopes = [.. parameters.Skip(ImpactLayout.Slopes).Take(ClusterTraits.Names.Count).Select(Math.Exp)];
        Ceiling = FailureForecaster.Sigmoid(parameters[ImpactLayout.Ceiling]);
    }

    public double[] Parameters { get; }
    public double[] Slopes { get; }

    /// <summary>P(a cluster fails that the fault hurts).</summary>
    public double Ceiling { get; }

    /// <summary>What a part of the change adds to the odds of a cause.</summary>
    public double Odds(int cause, int part, double[] parts) => _rates[cause * parts.Length + part] * parts[part];

    public double Odds(int cause, double[] parts)
    {
        var sum = 0.0;
        for (var part = 0; part < parts.Length; part++)
            sum += Odds(cause, part, parts);
        return sum;
    }

    /// <summary>P(none), then P of each cause.</summary>
    /// <param name="app">Where the application's effect is; negative for none.</param>
    public double[] Causes(double[] parts, int app)
    {
        var factor = app < 0 ? 1 : Math.Exp(Parameters[app]);
        var causes = new double[1 + ImpactLayout.Causes.Count];
        var sum = causes[0] = 1;
        for (var cause = 1; cause < causes.Length; cause++)
            sum += causes[cause] = factor * Odds(cause - 1, parts);
        for (var cause = 0; cause < causes.Length; cause++)
            causes[cause] /= sum;
        return causes;
    }

    /// <summary>P(a cluster fails for no reason of the update's).</summary>
    public double WithoutFault(int cluster) =>
        FailureForecaster.Sigmoid(Parameters[ImpactLayout.Background] + (cluster < 0 ? 0 : Parameters[cluster]));

    /// <summary>P(a cluster is one that the fault hurts).</summary>
    public double Hurts(int cause, double?[] traits) =>
        cause == 0 ? 1
        : traits[cause - 1] is { } trait
            ? FailureForecaster.Sigmoid(Slopes[cause - 1] * (trait - Parameters[ImpactLayout.Thresholds + cause - 1]))
        : UnknownShare;

    /// <summary>P(the cluster fails) without a fault, then with each.</summary>
    public double[] Failures(double?[] traits, int cluster)
    {
        var without = WithoutFault(cluster);
        var failures = new double[1 + ImpactLayout.Causes.Count];
        failures[0] = without;
        for (var cause = 1; cause < failures.Length; cause++)
            failures[cause] = without + Ceiling * Hurts(cause - 1, traits) * (1 - without);
        return failures;
    }
}
