using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Anomaly.Training;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Tests.Anomaly.Network;

namespace CanaryStreams.Core.Tests.Anomaly.Training;

public sealed class BackPropagationTests
{
    private static readonly NetworkShape Shape = new(3, 2);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    public void Forward_Rows_EqualTheNetwork(int rows)
    {
        var random = new SeededRandom(1);
        var network = TestNetworks.Random(Shape, 1);
        var (pass, points) = Filled(rows, random);

        pass.Forward(network.Parameters, rows);

        for (var r = 0; r < rows; r++)
        {
            var (level, onset) = TestNetworks.Reference(network, Window(points, r), Context(pass, r));
            ((double)pass.Logits[r * 8]).ShouldBe(level, 1e-5);
            ((double)pass.Logits[(r * 8) + 1]).ShouldBe(onset, 1e-5);
        }
    }

    // The loss is a weighted sum of the logits, whose derivatives by the logits are the weights. The reference is computed
    // in double precision, so small steps are no trouble; a rectifier's kink within a step is, hence the few exceptions.
    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Backward_EveryParameter_EqualsTheCentralDifference(int rows)
    {
        var random = new SeededRandom(2);
        var network = TestNetworks.Random(Shape, 2);
        var (pass, points) = Filled(rows, random);
        for (var r = 0; r < rows; r++)
        {
            pass.LogitSlopes[r * 8] = (float)random.Uniform(-1, 1);
            pass.LogitSlopes[(r * 8) + 1] = (float)random.Uniform(-1, 1);
        }
        pass.Forward(network.Parameters, rows);
        pass.Backward(network.Parameters, rows);

        var parameters = network.Parameters.ToArray();
        var beside = 0;
        for (var i = 0; i < parameters.Length; i++)
        {
            var kept = parameters[i];
            parameters[i] = kept + 1e-3f;
            var (high, up) = (Loss(parameters), parameters[i]);
            parameters[i] = kept - 1e-3f;
            var slope = (high - Loss(parameters)) / ((double)up - parameters[i]);
            parameters[i] = kept;
            if (Math.Abs(pass.Gradient[i] - slope) > 1e-4 * Math.Max(1, Math.Abs(slope)))
                beside++;
        }
        beside.ShouldBeLessThan(parameters.Length / 50);

        double Loss(float[] at)
        {
            var moved = new DetectorNetwork(Shape, at);
            var loss = 0.0;
            for (var r = 0; r < rows; r++)
            {
                var (level, onset) = TestNetworks.Reference(moved, Window(points, r), Context(pass, r));
                loss += (level * pass.LogitSlopes[r * 8]) + (onset * pass.LogitSlopes[(r * 8) + 1]);
            }
            return loss;
        }
    }

    [Fact]
    public void Backward_Twice_AddsUp()
    {
        var network = TestNetworks.Random(Shape, 3);
        var (pass, _) = Filled(5, new SeededRandom(3));
        Array.Fill(pass.LogitSlopes, 0.5f);
        pass.Forward(network.Parameters, 5);
        pass.Backward(network.Parameters, 5);
        var once = pass.Gradient.ToArray();

        pass.Backward(network.Parameters, 5);

        for (var i = 0; i < once.Length; i++)
            pass.Gradient[i].ShouldBe(2 * once[i], 1e-4f * Math.Max(1, Math.Abs(once[i])));
    }

    private static (BackPropagation Pass, float[] Points) Filled(int rows, SeededRandom random)
    {
        var pass = new BackPropagation(Shape);
        var points = TestNetworks.Numbers(rows * NetworkShape.Window * Shape.Channels, 8, random);
        LayerKernels.ScaleChannels(points, pass.Windows);
        TestNetworks.Numbers(rows * Shape.ContextLength, 2, random).CopyTo(pass.Contexts, 0);
        return (pass, points);
    }

    private static ReadOnlySpan<float> Window(float[] points, int row)
    {
        const int length = NetworkShape.Window;
        return points.AsSpan(row * length * Shape.Channels, length * Shape.Channels);
    }

    private static ReadOnlySpan<float> Context(BackPropagation pass, int row) =>
        pass.Contexts.AsSpan(row * Shape.ContextLength, Shape.ContextLength);
}
