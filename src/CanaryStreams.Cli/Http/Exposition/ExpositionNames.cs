using System.Diagnostics.Metrics;

namespace CanaryStreams.Cli.Http.Exposition;

/// <summary>
/// Names of instruments as Prometheus wants them, by the rules of OpenTelemetry's compatibility page: letters, digits and
/// underscores; the unit written out at the end; <c>_total</c> for what only grows.
/// </summary>
internal static class ExpositionNames
{
    /// <param name="isCounter">Whether it only grows.</param>
    public static string Metric(Instrument instrument, bool isCounter)
    {
        var name = Sanitized(instrument.Name);
        if (Unit(instrument.Unit) is { } unit && !name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        return isCounter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    public static string Label(string name) => Sanitized(name);

    /// <summary>What is counted, in braces, says nothing that the name doesn't.</summary>
    private static string? Unit(string? unit) =>
        unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            _ => null,
        };

    private static string Sanitized(string name)
    {
        var safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return safe.Length == 0 || char.IsAsciiDigit(safe[0]) ? "_" + safe : safe;
    }
}
