using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CanaryStreams.Core.Anomaly.Network;

namespace CanaryStreams.Core.Tests.Anomaly.Network;

public sealed class DetectorModelTests
{
    private static readonly NetworkShape Shape = new(2, 3);

    [Fact]
    public void FromJson_WhatToJsonWrote_IsTheSameBitByBit()
    {
        var model = Model();

        var read = DetectorModel.FromJson(model.ToJson());

        read.Card.GetProperty("name").GetString().ShouldBe("a <test> + more");
        read.Fusion.ShouldBe(model.Fusion);
        read.Ensemble.Shape.ShouldBe(Shape);
        read.Ensemble.Networks.Count.ShouldBe(2);
        for (var i = 0; i < 2; i++)
        {
            var expected = model.Ensemble.Networks[i].Parameters;
            for (var p = 0; p < expected.Length; p++)
            {
                var bits = BitConverter.SingleToUInt32Bits(read.Ensemble.Networks[i].Parameters[p]);
                bits.ShouldBe(BitConverter.SingleToUInt32Bits(expected[p]));
            }
        }
        read.ToJson().ShouldBe(model.ToJson());
    }

    [Fact]
    public void FromJson_UnknownNames_ArePassedOver() =>
        DetectorModel
            .FromJson(Changed(root => (root["later"], root["fusion"]!["later"]) = (1, "x")))
            .Fusion.ShouldBe(Model().Fusion);

    public static TheoryData<string, string> Broken =>
        new()
        {
            { "version", "'version' is missing" },
            { "card", "'card' is missing" },
            { "shape", "'shape' is missing" },
            { "networks", "'networks' is missing" },
            { "fusion", "'fusion' is missing" },
            { "version=2", "it has version 2; this program reads 1" },
            { "version=1.5", "'version' is no integer" },
            { "version=\"1\"", "'version' is String, not Number" },
            { "card=[]", "'card' is Array, not Object" },
            { "shape={\"channels\":2}", "'context' is missing" },
            { "shape={\"channels\":0,\"context\":3}", "must be in 1..256" },
            { "shape={\"channels\":2,\"context\":4}", "network 0 has" },
            { "networks=[]", "0 networks, not 1..16" },
            { "networks=[1]", "network 0 is no base64" },
            { "networks=[\"AA!\"]", "network 0 is no base64" },
            { "networks=[\"AAAA\"]", "network 0 has 3 bytes" },
            { "fusion={}", "'levelOnsetShare' is missing" },
            { $"fusion={Fusion("fatigueHours", -1)}", "scoreScale and fatigueHours must be above 0" },
            { $"fusion={Fusion("scoreScale", 0)}", "scoreScale and fatigueHours must be above 0" },
            { $"fusion={Fusion("onsetMargin", -1)}", "fatigueShare and onsetMargin must not be negative" },
            { "without=[\"64\"]", "'without' names '64'" },
        };

    private static string Fusion(string name, double value)
    {
        string[] names =
        [
            "levelOnsetShare",
            "levelSurpriseWeight",
            "onsetOnsetShare",
            "onsetSurpriseWeight",
            "surpriseCentre",
            "scoreScale",
            "scoreOffset",
            "fatigueShare",
            "fatigueHours",
            "onsetMargin",
        ];
        var fusion = new JsonObject();
        foreach (var one in names)
            fusion[one] = one == name ? value : 1;
        return fusion.ToJsonString();
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void FromJson_BrokenFile_SaysWhatIsWrong(string change, string expected)
    {
        var (name, value) = change.Split('=', 2) is [var n, var v] ? (n, v) : (change, null);
        var json = Changed(root =>
        {
            if (value is null)
                root.Remove(name);
            else
                root[name] = JsonNode.Parse(value);
        });

        Should.Throw<FormatException>(() => DetectorModel.FromJson(json)).Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("levelOnsetShare")]
    [InlineData("levelSurpriseWeight")]
    [InlineData("onsetOnsetShare")]
    [InlineData("onsetSurpriseWeight")]
    [InlineData("surpriseCentre")]
    [InlineData("scoreScale")]
    [InlineData("scoreOffset")]
    [InlineData("fatigueShare")]
    [InlineData("fatigueHours")]
    [InlineData("onsetMargin")]
    public void FromJson_FusionLacksANumberOrItIsNone_SaysWhich(string name)
    {
        var lacking = Changed(root => root["fusion"]!.AsObject().Remove(name));
        var infinite = Changed(root => root["fusion"]![name] = JsonNode.Parse("1e999"));

        Should.Throw<FormatException>(() => DetectorModel.FromJson(lacking)).Message.ShouldContain($"'{name}'");
        Should.Throw<FormatException>(() => DetectorModel.FromJson(infinite)).Message.ShouldContain(name);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void FromJson_WeightThatIsNoNumber_SaysWhere(float value)
    {
        var bytes = new byte[Shape.ParameterCount * 4];
        BitConverter.TryWriteBytes(bytes.AsSpan(4 * 17), value);
        var json = Changed(root => root["networks"]![1] = Convert.ToBase64String(bytes));

        var error = Should.Throw<FormatException>(() => DetectorModel.FromJson(json));

        error.Message.ShouldContain($"network 1: parameter 17 is {value}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"version\":1,")]
    [InlineData("[]")]
    public void FromJson_NoObject_Throws(string text) =>
        Should
            .Throw<FormatException>(() => DetectorModel.FromJson(Encoding.UTF8.GetBytes(text)))
            .Message.ShouldStartWith("The detector model can't be read: ");

    private static DetectorModel Model() =>
        new(
            JsonSerializer.SerializeToElement(new { name = "a <test> + more", results = new[] { 0.1, 0.2 } }),
            new NetworkEnsemble([TestNetworks.Random(Shape, 1), TestNetworks.Random(Shape, 2)]),
            new FusionSettings
            {
                LevelOnsetShare = 0.1,
                LevelSurpriseWeight = 1.0 / 3,
                OnsetOnsetShare = 0.2,
                OnsetSurpriseWeight = 2.0 / 3,
                SurpriseCentre = -2,
                ScoreScale = 4,
                ScoreOffset = 5e-300,
                FatigueShare = 0.6,
                FatigueHours = 7,
                OnsetMargin = 0.8,
            }
        );

    private static byte[] Changed(Action<JsonObject> change)
    {
        var root = JsonNode.Parse(Model().ToJson())!.AsObject();
        change(root);
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }
}
