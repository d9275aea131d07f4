using System.IO.Compression;
using System.Text;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Replay;
using CanaryStreams.Engine.Tests.Journal;

namespace CanaryStreams.Engine.Tests.Replay;

public sealed class ReplayInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Read_AnObject_KeepsTheValuesBytes()
    {
        var record = Read("""{"topic":"t","value": {"time":"2026-01-05T08:00:00.25Z",  "a": 1.0e0} }""")
            .ShouldHaveSingleItem();

        record.Topic.ShouldBe("t");
        record.Offset.ShouldBe(1);
        Text(record.Value).ShouldBe("""{"time":"2026-01-05T08:00:00.25Z",  "a": 1.0e0}""");
        record.TimestampMs.ShouldBe(Ms("2026-01-05T08:00:00.25Z"));
        record.Key.Length.ShouldBe(0);
        record.Headers.ShouldBeNull();
    }

    [Fact]
    public void Read_KeyHeadersAndFieldsNobodyKnows_InAnyOrder()
    {
        var record = Read(
                """{"value":{},"offset":{"x":[1]},"headers":{"content-type":"application/json","b":"é"},"key":"shop","topic":"t"}"""
            )
            .ShouldHaveSingleItem();

        Text(record.Key).ShouldBe("shop");
        record
            .Headers!.Select(h => (h.Name, Text(h.Value)))
            .ShouldBe([("content-type", "application/json"), ("b", "é")]);
    }

    [Theory]
    [InlineData("""[{"time":1767600000000},{"time":1767600009000}]""", 1_767_600_000_000)]
    [InlineData("""{"time":"2026-01-05T09:00:00+01:00"}""", 1_767_600_000_000)]
    [InlineData("""{"specversion":"1.0","data":{"time":1767600000000}}""", 1_767_600_000_000)]
    [InlineData("""{"resourceMetrics":[{"timeUnixNano":"1767600000000000000"}]}""", 1_767_600_000_000)]
    [InlineData("""{"time":"yesterday"}""", 0)]
    [InlineData("""{"time":1e300}""", 0)]
    [InlineData("""{}""", 0)]
    [InlineData("7", 0)]
    [InlineData("null", 0)]
    public void Read_AnyValue_ItsTimeWhereItHasOne(string value, long timeMs)
    {
        var record = Read($$"""{"topic":"t","value":{{value}}}""").ShouldHaveSingleItem();

        record.TimestampMs.ShouldBe(timeMs);
        Text(record.Value).ShouldBe(value);
    }

    [Theory]
    [InlineData(
        "cpu,app=a\\\\ b value=1 1767600000000000000",
        "cpu,app=a\\ b value=1 1767600000000000000",
        1_767_600_000_000
    )]
    [InlineData(
        "cpu v=1 1767600000000000000\\ncpu v=2 1767600009000000000\\n",
        "cpu v=1 1767600000000000000\ncpu v=2 1767600009000000000\n",
        1_767_600_000_000
    )]
    [InlineData("cpu value=1", "cpu value=1", 0)]
    [InlineData("", "", 0)]
    public void Read_AString_IsTheTextOfAnotherEncoding(string json, string text, long timeMs)
    {
        var record = Read($$"""{"topic":"t","value":"{{json}}"}""").ShouldHaveSingleItem();

        Text(record.Value).ShouldBe(text);
        record.TimestampMs.ShouldBe(timeMs);
    }

    [Fact]
    public void Read_CarriageReturnsBlankLinesAMarkAndNoEnd_LinesAreCountedAsTheyStand()
    {
        var records = Read(
            "\uFEFF{\"topic\":\"a\",\"value\":1}\r\n\r\n  \t\n{\"topic\":\"b\",\"value\":2}\r\n{\"topic\":\"c\",\"value\":3}"
        );

        records.Select(r => (r.Topic, r.Offset, Text(r.Value))).ShouldBe([("a", 1, "1"), ("b", 4, "2"), ("c", 5, "3")]);
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("{\"topic\":\"a\",\"value\":{\"x\":")]
    [InlineData("{\"topic\":\"a\",\"value\":1}}")]
    [InlineData("{\"topic\":\"a\",\"value\":1} {\"topic\":\"a\",\"value\":1}")]
    [InlineData("{\"value\":1}")]
    [InlineData("{\"topic\":7,\"value\":1}")]
    [InlineData("{\"topic\":null,\"value\":1}")]
    [InlineData("{\"topic\":\"a\",\"headers\":[],\"value\":1}")]
    [InlineData("{\"topic\":\"a\",\"headers\":{\"x\":1},\"value\":1}")]
    [InlineData("[{\"topic\":\"a\",\"value\":1}]")]
    [InlineData("7")]
    public void Read_AnUnreadableLine_IsForTheRejectsAndTheRestGoesOn(string line)
    {
        var records = Read("{\"topic\":\"a\",\"value\":1}\n" + line + "\n{\"topic\":\"b\",\"value\":2}\n");

        records.Select(r => r.Topic).ShouldBe(["a", ReplayInput.Unreadable, "b"]);
        records[1].Offset.ShouldBe(2);
        Text(records[1].Value).ShouldBe(line);
    }

    [Fact]
    public void Read_InvalidBytesInATopic_IsUnreadable()
    {
        byte[] line = [.. "{\"topic\":\""u8, 0xff, .. "\",\"value\":1}"u8];
        var path = _folder.File("x.jsonl");
        File.WriteAllBytes(path, line);

        var record = Read([path]).ShouldHaveSingleItem();

        record.Topic.ShouldBe(ReplayInput.Unreadable);
        record.Value.ToArray().ShouldBe(line);
    }

    [Fact]
    public void Read_LinesLongerThanAChunk_AreWhole()
    {
        var text = new string('x', 200_000);

        var records = Read($"{{\"topic\":\"a\",\"value\":\"{text}\"}}\n{{\"topic\":\"b\",\"value\":2}}\n");

        records.Select(r => r.Value.Length).ShouldBe([200_000, 1]);
    }

    [Fact]
    public void Read_SeveralFilesCompressedOnesAndStandardInput_AsOne()
    {
        var first = Write("a.jsonl", "{\"topic\":\"a\",\"value\":1}\n\n");
        var second = _folder.File("b.jsonl.gz");
        using (var gzip = new GZipStream(File.Create(second), CompressionLevel.Fastest))
            gzip.Write("{\"topic\":\"b\",\"value\":2}\n"u8);

        var records = ReplayInput
            .Read([first, "-", second], () => new MemoryStream("{\"topic\":\"c\",\"value\":3}"u8.ToArray()))
            .ToList();

        records.Select(r => (r.Topic, r.Offset)).ShouldBe([("a", 1), ("c", 3), ("b", 4)]);
    }

    [Theory]
    [InlineData("{\"topic\":\"canary.acks\",\"value\":{}}", true)]
    [InlineData("{\"topic\":\"canary.telemetry\",\"value\":{}}", false)]
    [InlineData("{\"topic\":\"canary.telemetry\",\"value\":\"\\\"canary.acks\\\"\"}", false)]
    [InlineData("", false)]
    public void HoldAcks_AsksForTheTopic(string content, bool expected) =>
        ReplayInput.HoldAcks(["-", Write("a.jsonl", "\n" + content + "\n")]).ShouldBe(expected);

    public void Dispose() => _folder.Dispose();

    private List<RawRecord> Read(string content) => Read([Write("input.jsonl", content)]);

    private static List<RawRecord> Read(IReadOnlyList<string> paths) =>
        [.. ReplayInput.Read(paths, () => throw new InvalidOperationException("nobody reads standard input"))];

    private string Write(string name, string content)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, content);
        return path;
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static long Ms(string time) => DateTimeOffset.Parse(time).ToUnixTimeMilliseconds();
}
