using CanaryStreams.Cli.Http.Exposition;

namespace CanaryStreams.Engine.Tests.Http;

public class ExpositionWriterTests
{
    private readonly ExpositionWriter _writer = new();

    [Fact]
    public void Family_HelpWithBackslashAndNewline_IsEscaped()
    {
        _writer.Family("a_total", "C:\\path\nand \"more\"", "counter");
        $"{_writer}".ShouldBe("# HELP a_total C:\\\\path\\nand \"more\"\n# TYPE a_total counter\n");
    }

    [Fact]
    public void Labels_ValuesWithSpecialCharacters_AreEscaped() =>
        ExpositionWriter.Labels([new("why", "a \"b\"\\\nc")]).ShouldBe("why=\"a \\\"b\\\"\\\\\\nc\"");

    [Fact]
    public void Labels_InAnyOrder_HaveOneForm() =>
        ExpositionWriter
            .Labels([new("topic", "t"), new("partition", 3)])
            .ShouldBe(ExpositionWriter.Labels([new("partition", 3), new("topic", "t")]));

    [Theory]
    [InlineData("gc.heap.generation", "gc_heap_generation")]
    [InlineData("1st", "_1st")]
    [InlineData("größe", "gr__e")]
    [InlineData("", "_")]
    public void Label_AnyName_BecomesAValidOne(string name, string valid) =>
        ExpositionNames.Label(name).ShouldBe(valid);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(12345678901, "12345678901")]
    [InlineData(0.1, "0.1")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(1e300, "1E+300")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void Number_AnyValue_IsWrittenAsPrometheusReadsIt(double value, string text) =>
        ExpositionWriter.Number(value).ShouldBe(text);

    [Fact]
    public void Sample_WithAndWithoutLabels_IsALine()
    {
        _writer.Sample("a", "", 1);
        _writer.Sample("a", "b=\"c\"", 2);
        $"{_writer}".ShouldBe("a 1\na{b=\"c\"} 2\n");
    }
}
