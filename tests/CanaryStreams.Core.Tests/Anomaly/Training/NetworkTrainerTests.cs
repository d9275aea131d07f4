using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Anomaly.Training;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Anomaly.Training;

public sealed class NetworkTrainerTests
{
    private static readonly NetworkShape Shape = new(5, 3);

    [Fact]
    public void Train_SpikeInOneChannel_FindsItInAnotherSeries()
    {
        var (series, samples) = Toy(1, 6000);
        var settings = new TrainerSettings(Epochs: 4, BatchSize: 32, LearningRate: 5e-3);
        var network = NetworkTrainer.Train(Shape, [series], samples, settings, seed: 1);

        var (other, expected) = Toy(2, 2000);
        var memory = network.CreateMemory();
        var right = 0;
        for (var t = 0; t < expected.Length; t++)
        {
            var reading = network.Step(
                other.Channels.AsSpan(t * Shape.Channels, Shape.Channels),
                other.Context.AsSpan(t * Shape.ContextLength, Shape.ContextLength),
                memory
            );
            right += reading.Level > 0 == expected[t].Level > 0.5 ? 1 : 0;
            right += reading.Onset > 0 == expected[t].Onset > 0.5 ? 1 : 0;
        }
        right.ShouldBeGreaterThan(expected.Length * 2 * 97 / 100);
    }

    [Fact]
    public void Train_SameSeed_GivesTheSameWeights()
    {
        var (series, samples) = Toy(1, 500);
        var settings = new TrainerSettings(Epochs: 2, BatchSize: 50);
        var first = NetworkTrainer.Train(Shape, [series], samples, settings, seed: 3);
        var second = NetworkTrainer.Train(Shape, [series], samples, settings, seed: 3);
        var other = NetworkTrainer.Train(Shape, [series], samples, settings, seed: 4);

        second.Parameters.SequenceEqual(first.Parameters).ShouldBeTrue();
        other.Parameters.SequenceEqual(first.Parameters).ShouldBeFalse();
    }

    [Fact]
    public void Train_Progress_RisesToOne()
    {
        var (series, samples) = Toy(1, 330);
        var told = new List<double>();

        NetworkTrainer.Train(Shape, [series], samples, new TrainerSettings(2, 100), 1, told.Add);

        told.ShouldBe([1 / 6.0, 2 / 6.0, 3 / 6.0, 4 / 6.0, 5 / 6.0, 1]);
    }

    [Fact]
    public void Train_FewerSamplesThanABatch_TrainsOnAllOfThem()
    {
        var (series, samples) = Toy(1, 30);
        var steps = 0;

        NetworkTrainer.Train(Shape, [series], samples, new TrainerSettings(3), 1, _ => steps++);

        steps.ShouldBe(3);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 10)]
    [InlineData(0, -1)]
    public void Train_SampleOutsideTheSeries_SaysWhich(int series, int point)
    {
        var (one, _) = Toy(1, 10);
        var sample = new TrainingSample(series, point, 1, 1, 1, 1);

        var error = Should.Throw<ArgumentException>(() =>
            NetworkTrainer.Train(Shape, [one], [sample], new TrainerSettings(), 1)
        );

        error.Message.ShouldContain($"sample 0 points to {series}:{point}");
    }

    [Fact]
    public void Train_ContextOfAnotherLength_SaysWhichSeries()
    {
        var (one, samples) = Toy(1, 10);
        var broken = one with { Context = new float[29] };

        Should
            .Throw<ArgumentException>(() =>
                NetworkTrainer.Train(Shape, [one, broken], samples, new TrainerSettings(), 1)
            )
            .Message.ShouldContain("series 1");
    }

    /// <summary>Noise; now and then channel 3 leaves its range for six points, of which the first two are the onset.</summary>
    private static (TrainingSeries Series, TrainingSample[] Samples) Toy(ulong seed, int points)
    {
        var random = new SeededRandom(seed);
        var series = new TrainingSeries(new float[points * Shape.Channels], new float[points * Shape.ContextLength]);
        var samples = new TrainingSample[points];
        var age = 100;
        for (var t = 0; t < points; t++)
        {
            age = age > 30 && random.Chance(0.05) ? 0 : age + 1;
            for (var c = 0; c < Shape.Channels; c++)
                series.Channels[(t * Shape.Channels) + c] = (float)random.Normal();
            if (age < 6)
                series.Channels[(t * Shape.Channels) + 3] += 8;
            for (var k = 0; k < Shape.ContextLength; k++)
                series.Context[(t * Shape.ContextLength) + k] = (float)random.Normal();
            samples[t] = new TrainingSample(0, t, age < 6 ? 1 : 0, age < 2 ? 1 : 0, 3, 2);
        }
        return (series, samples);
    }
}
