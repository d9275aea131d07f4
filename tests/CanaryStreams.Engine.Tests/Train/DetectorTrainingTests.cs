using System.Text;
using CanaryStreams.Cli.Score;
using CanaryStreams.Cli.Train;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Anomaly.Training;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Engine.Tests.Score;

namespace CanaryStreams.Engine.Tests.Train;

public sealed class DetectorTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _folder.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Run_SameSeed_GivesTheSameFileAndAnotherSeedAnother()
    {
        WriteSets();

        var first = Train(new()).ToJson();

        Train(new()).ToJson().ShouldBe(first);
        Train(new() { Seed = 8 }).Ensemble.Networks[0].Parameters.ToArray().ShouldNotBe(Parameters(first));
    }

    [Fact]
    public void Run_Card_TellsSeedAndData()
    {
        WriteSets();

        var model = Train(
            new()
            {
                Networks = 2,
                SetWeights = new Dictionary<string, double> { ["b"] = 0 },
            }
        );

        model.Ensemble.Networks.Count.ShouldBe(2);
        model.Card.GetProperty("seed").GetUInt64().ShouldBe(new DetectorRecipe().Seed);
        var sets = model.Card.GetProperty("data").EnumerateArray().ToList();
        sets.Select(set => set.GetProperty("set").GetString()).ShouldBe(["a", "b"]);
        sets.Select(set => set.GetProperty("weight").GetDouble()).ShouldBe([1, 0]);
        sets.Select(set => set.GetProperty("series").GetInt32()).ShouldBe([2, 1]);
        sets.Select(set => set.GetProperty("labelled").GetInt32()).ShouldBe([10, 5]);
    }

    [Theory]
    [InlineData("Even", 2, 1200)]
    [InlineData("Odd", 1, 600)]
    [InlineData("First", 3, 900)]
    public void Run_Part_LearnsThatPart(string part, int series, int points)
    {
        WriteSets();

        var data = Train(new() { Part = Enum.Parse<SeriesPart>(part) })
            .Card.GetProperty("data")
            .EnumerateArray()
            .ToList();

        data.Sum(set => set.GetProperty("series").GetInt32()).ShouldBe(series);
        data.Sum(set => set.GetProperty("points").GetInt32()).ShouldBe(points);
    }

    [Fact]
    public void Run_WithoutAPart_IsKeptInTheFile()
    {
        WriteSets();

        var model = Train(new() { Without = DetectorAblation.Season });

        DetectorModel.FromJson(model.ToJson()).Without.ShouldBe(DetectorAblation.Season);
    }

    [Fact]
    public async Task Run_File_CanBeUsedToScore()
    {
        WriteSets();
        var model = _folder.File("model.json");
        await File.WriteAllBytesAsync(model, Train(new()).ToJson(), TestContext.Current.CancellationToken);

        (await Score(model)).ShouldBe(0, _error.ToString());

        var lines = await File.ReadAllLinesAsync(_folder.File("out.csv"), TestContext.Current.CancellationToken);
        lines.Length.ShouldBe(1201);
        lines.Skip(100).Select(line => line.Split(',')[3]).Distinct().Count().ShouldBeGreaterThan(100);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"version":2}""")]
    [InlineData("""{"version":1,"card":{},"shape":{"channels":0,"context":42},"networks":[],"fusion":{}}""")]
    [InlineData("""{"version":1,"card":{},"shape":{"channels":20,"context":42},"networks":[],"fusion":{}}""")]
    [InlineData("""{"version":1,"card":{},"shape":{"channels":20,"context":42},"networks":["AAAA"],"fusion":{}}""")]
    public async Task Score_BrokenModel_ExitsWithTwoAndOneLineThatNamesTheFile(string text)
    {
        WriteSets();
        var model = _folder.Write("broken.json", text);

        (await Score(model)).ShouldBe(2);

        var lines = _error.ToString().TrimEnd().Split('\n');
        lines.Length.ShouldBe(1, _error.ToString());
        lines[0].ShouldStartWith(model);
        File.Exists(_folder.File("out.csv")).ShouldBeFalse();
    }

    [Fact]
    public async Task Score_NetworksOfAnotherShape_ExitsWithTwoAndSaysWhatTheySee()
    {
        WriteSets();
        var shape = new NetworkShape(3, 1);
        var network = new DetectorNetwork(shape, new float[shape.ParameterCount]);
        var other = new DetectorModel(
            DetectorModels.Default.Card,
            new NetworkEnsemble([network]),
            DetectorModels.Default.Fusion
        );
        var model = _folder.File("other.json");
        await File.WriteAllBytesAsync(model, other.ToJson(), TestContext.Current.CancellationToken);

        (await Score(model)).ShouldBe(2);

        _error.ToString().ShouldContain("Channels = 3");
    }

    [Fact]
    public async Task Score_NoSuchModel_ExitsWithTwo()
    {
        WriteSets();

        (await Score(_folder.File("absent.json"))).ShouldBe(2);

        _error.ToString().ShouldContain("absent.json");
        _error.ToString().TrimEnd().ShouldNotContain('\n');
    }

    private Task<int> Score(string model) =>
        new ScoreJob(Stream.Null, Stream.Null, _error, isTerminal: false).RunAsync(
            [_folder.File("a_1.csv")],
            _folder.File("out.csv"),
            model,
            0.5,
            TestContext.Current.CancellationToken
        );

    private DetectorModel Train(DetectorRecipe recipe)
    {
        var sets = LabelledFolder.Read(_folder.Root, _error);
        var small = recipe with { InjectedSeries = 2, Trainer = new TrainerSettings(Epochs: 1, BatchSize: 64) };
        small = small with { Networks = Math.Min(2, recipe.Networks) };
        return new DetectorTraining(small, (_, _) => { }).Run(sets, TestContext.Current.CancellationToken);
    }

    private static float[] Parameters(byte[] file) =>
        DetectorModel.FromJson(file).Ensemble.Networks[0].Parameters.ToArray();

    /// <summary>Two series of set a and one of set b, each with an event of five points.</summary>
    private void WriteSets()
    {
        _folder.Write("a_1.csv", Csv("x", 1) + Csv("y", 2, header: false));
        _folder.Write("b_1.csv", Csv("z", 3));
    }

    private static string Csv(string id, ulong seed, bool header = true)
    {
        var (random, text) = (
            new SeededRandom(seed),
            new StringBuilder(header ? "series_id,timestamp,value,label\n" : "")
        );
        for (var i = 0; i < 600; i++)
        {
            var isEvent = i is >= 250 and < 255;
            text.Append(
                $"{id},{1600000000 + (300L * i)},{random.NextDouble() + (isEvent ? 9 : 0)},{(isEvent ? 1 : 0)}\n"
            );
        }
        return text.ToString();
    }
}
