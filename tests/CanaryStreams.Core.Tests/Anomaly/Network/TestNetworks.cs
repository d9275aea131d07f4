using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Anomaly.Network;

/// <summary>Networks and inputs made of plain arithmetic, so that they are the same on every machine.</summary>
internal static class TestNetworks
{
    public static DetectorNetwork Random(NetworkShape shape, ulong seed)
    {
        var random = new SeededRandom(seed);
        return new DetectorNetwork(shape, Numbers(shape.ParameterCount, 0.3, random));
    }

    public static float[] Numbers(int count, double most, SeededRandom random)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = (float)random.Uniform(-most, most);
        return numbers;
    }

    /// <summary>The whole window at once, in double precision, as one would write it down.</summary>
    /// <param name="channels">Points × channels up to the point to read.</param>
    public static (double Level, double Onset) Reference(
        DetectorNetwork network,
        ReadOnlySpan<float> channels,
        ReadOnlySpan<float> context
    )
    {
        var shape = network.Shape;
        var window = new double[NetworkShape.Window * shape.Channels];
        for (var i = 0; i < window.Length && i < channels.Length; i++)
            window[^(i + 1)] = Math.Clamp((double)channels[^(i + 1)], -6, 6) * 0.4f;
        var at = 0;
        var columns = new List<double>();
        var kernel = NetworkShape.Kernel * shape.Channels;
        for (var c = 0; c < NetworkShape.Columns; c++)
            columns.AddRange(Layer(window.AsSpan(c * kernel, kernel), network.Parameters, 0, 16, true));
        at += (kernel * 16) + 16;
        var features = Layer(columns.ToArray(), network.Parameters, at, 24, true).ToList();
        at += (columns.Count * 24) + 24;
        foreach (var number in context)
            features.Add(number);
        var hidden = Layer(features.ToArray(), network.Parameters, at, 32, true);
        at += (features.Count * 32) + 32;
        var outputs = Layer(hidden, network.Parameters, at, 8, false);
        return (outputs[0], outputs[1]);
    }

    private static double[] Layer(ReadOnlySpan<double> x, ReadOnlySpan<float> parameters, int at, int n, bool rectify)
    {
        var y = new double[n];
        for (var o = 0; o < n; o++)
        {
            y[o] = parameters[at + (x.Length * n) + o];
            for (var i = 0; i < x.Length; i++)
                y[o] += x[i] * parameters[at + (i * n) + o];
            if (rectify && y[o] < 0)
                y[o] *= 0.05f;
        }
        return y;
    }
}
