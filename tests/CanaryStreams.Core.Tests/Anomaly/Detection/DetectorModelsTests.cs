using System.Text.Json;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Anomaly.Network;

namespace CanaryStreams.Core.Tests.Anomaly.Detection;

public class DetectorModelsTests
{
    [Fact]
    public void Default_HasOneToFourNetworksOfTheDetectorsShape()
    {
        var model = DetectorModels.Default;

        model.Ensemble.Networks.Count.ShouldBeInRange(1, 4);
        model.Ensemble.Shape.ShouldBe(SeriesDetector.Shape);
        model.Without.ShouldBe(DetectorAblation.None);
    }

    [Fact]
    public void Default_Card_NamesSeedAndData()
    {
        var card = DetectorModels.Default.Card;

        card.GetProperty("seed").ValueKind.ShouldBe(JsonValueKind.Number);
        var data = card.GetProperty("data").EnumerateArray().ToList();
        data.ShouldNotBeEmpty();
        data.ShouldAllBe(set => set.GetProperty("set").GetString()!.Length > 0);
        data.ShouldAllBe(set => set.GetProperty("points").GetInt64() > 0);
    }

    [Fact]
    public void Default_WrittenAndReadAgain_IsTheSameFile()
    {
        var file = DetectorModels.Default.ToJson();

        DetectorModel.FromJson(file).ToJson().ShouldBe(file);
    }
}
