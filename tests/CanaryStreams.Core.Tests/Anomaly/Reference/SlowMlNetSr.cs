using System.Numerics;

namespace CanaryStreams.Core.Tests.Anomaly.Reference;

/// <summary>ML.NET's spectral residual step by step, with complex numbers.</summary>
internal static class SlowMlNetSr
{
    public static double RawScore(double[] data)
    {
        var known = data[^7..^1];
        var predicted = known[1] + Enumerable.Range(0, 5).Sum(i => (known[5] - known[i]) / (5 - i));
        double[] padded = [.. data, .. Enumerable.Repeat(predicted, 5)];
        var spectrum = Dft([.. padded.Select(value => new Complex(value, 0))], -1);
        var logs = spectrum.Select(bin => Math.Log(bin.Magnitude)).ToArray();
        var averages = Trailing(logs, 3);
        var residual = spectrum.Select((bin, k) => bin / bin.Magnitude * Math.Exp(logs[k] - averages[k])).ToArray();
        var saliency = Dft(residual, 1).Select(bin => bin.Magnitude / padded.Length).ToArray();
        var mean = Trailing(saliency, 21)[data.Length - 1];
        return Math.Abs(saliency[data.Length - 1] - mean) / mean;
    }

    private static double[] Trailing(double[] data, int n) =>
        [.. data.Select((_, i) => data[Math.Max(0, i - n + 1)..(i + 1)].Average())];

    private static Complex[] Dft(Complex[] data, int sign) =>
        [
            .. data.Select(
                (_, k) =>
                    data.Select((x, n) => x * Complex.Exp(new Complex(0, sign * 2 * Math.PI * k * n / data.Length)))
                        .Aggregate(Complex.Add)
            ),
        ];
}
