using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Anomaly.Network;

public sealed class DetectorNetworkTests
{
    private static readonly NetworkShape Shape = new(20, 48);

    [Theory]
    [InlineData(20, 48)]
    [InlineData(1, 0)]
    [InlineData(3, 5)]
    public void Step_EveryPoint_EqualsTheWholeWindow(int channels, int contextLength)
    {
        var shape = new NetworkShape(channels, contextLength);
        var network = TestNetworks.Random(shape, 5);
        var random = new SeededRandom(7);
        var points = TestNetworks.Numbers(200 * channels, 8, random);
        var memory = network.CreateMemory();
        for (var t = 0; t < 200; t++)
        {
            var context = TestNetworks.Numbers(contextLength, 2, random);

            var reading = network.Step(points.AsSpan(t * channels, channels), context, memory);

            var (level, onset) = TestNetworks.Reference(network, points.AsSpan(0, (t + 1) * channels), context);
            ((double)reading.Level).ShouldBe(level, 1e-5 * Math.Max(1, Math.Abs(level)));
            ((double)reading.Onset).ShouldBe(onset, 1e-5 * Math.Max(1, Math.Abs(onset)));
        }
    }

    // Computed with vectors of four, eight and sixteen floats, with and without fused arithmetic, and without vectors.
    [Fact]
    public void Step_AnyMachine_GivesTheSameBits()
    {
        var ensemble = Ensemble();
        var random = new SeededRandom(11);
        var memory = ensemble.CreateMemory();
        var bits = 0UL;
        for (var t = 0; t < 2000; t++)
        {
            var reading = Step(ensemble, memory, random);
            bits = (bits * 0x9E3779B97F4A7C15) ^ BitConverter.SingleToUInt32Bits(reading.Level);
            bits = (bits * 0x9E3779B97F4A7C15) ^ BitConverter.SingleToUInt32Bits(reading.Onset);
        }
        bits.ShouldBe(13268961559512942323UL);
    }

    [Fact]
    public void EnsembleStep_ThreeNetworks_IsTheMeanOfTheirLogits()
    {
        var ensemble = Ensemble();
        var memory = ensemble.CreateMemory();
        var memories = ensemble.Networks.Select(n => n.CreateMemory()).ToArray();
        var random = new SeededRandom(3);
        for (var t = 0; t < 100; t++)
        {
            var channels = TestNetworks.Numbers(20, 8, random);
            var context = TestNetworks.Numbers(48, 2, random);

            var reading = ensemble.Step(channels, context, memory);

            var each = ensemble.Networks.Select((n, i) => n.Step(channels, context, memories[i])).ToArray();
            reading.Level.ShouldBe((each[0].Level + each[1].Level + each[2].Level) / 3);
            reading.Onset.ShouldBe((each[0].Onset + each[1].Onset + each[2].Onset) / 3);
        }
    }

    [Fact]
    public void Step_Steadily_AllocatesNothing()
    {
        var ensemble = Ensemble();
        var memory = ensemble.CreateMemory();
        float[] channels = new float[20];
        float[] context = new float[48];
        ensemble.Step(channels, context, memory);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var t = 0; t < 1000; t++)
            ensemble.Step(channels, context, memory);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Clone_GoesOnLikeTheOriginalAndOnItsOwn()
    {
        var ensemble = Ensemble();
        var (original, untouched) = (ensemble.CreateMemory(), ensemble.CreateMemory());
        var (first, second) = (new SeededRandom(4), new SeededRandom(4));
        for (var t = 0; t < 45; t++)
            Step(ensemble, original, first).ShouldBe(Step(ensemble, untouched, second));

        var clone = original.Clone();
        Step(ensemble, clone, new SeededRandom(99));

        Step(ensemble, original, first).ShouldBe(Step(ensemble, untouched, second));
        Step(ensemble, original.Clone(), first).ShouldBe(Step(ensemble, untouched, second));
    }

    [Fact]
    public void StateBytes_ThreeNetworks_IsWhatACopyTakesAndWithinTheLimit()
    {
        var memory = Ensemble().CreateMemory();
        memory.Clone();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var clone = memory.Clone();

        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        bytes.ShouldBe(memory.StateBytes);
        bytes.ShouldBeLessThanOrEqualTo(7 * 1024);
        GC.KeepAlive(clone);
    }

    [Fact]
    public void Step_MemoryOfOtherNetworks_Throws() =>
        Should.Throw<InvalidOperationException>(() =>
            TestNetworks.Random(Shape, 1).Step(new float[20], new float[48], Ensemble().CreateMemory())
        );

    [Theory]
    [InlineData(19, 48)]
    [InlineData(20, 47)]
    public void Step_InputOfAnotherLength_Throws(int channels, int context)
    {
        var network = TestNetworks.Random(Shape, 1);
        Should.Throw<ArgumentException>(() =>
            network.Step(new float[channels], new float[context], network.CreateMemory())
        );
    }

    [Fact]
    public void Constructor_NetworksOfTwoShapes_Throws() =>
        Should.Throw<ArgumentException>(() =>
            new NetworkEnsemble([TestNetworks.Random(Shape, 1), TestNetworks.Random(new NetworkShape(20, 47), 1)])
        );

    private static NetworkEnsemble Ensemble() =>
        new([TestNetworks.Random(Shape, 1), TestNetworks.Random(Shape, 2), TestNetworks.Random(Shape, 3)]);

    private static NetworkReading Step(NetworkEnsemble ensemble, NetworkMemory memory, SeededRandom random) =>
        ensemble.Step(TestNetworks.Numbers(20, 8, random), TestNetworks.Numbers(48, 2, random), memory);
}
