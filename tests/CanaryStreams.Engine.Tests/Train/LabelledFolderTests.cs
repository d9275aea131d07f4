using System.IO.Compression;
using CanaryStreams.Cli.Score;
using CanaryStreams.Cli.Train;
using CanaryStreams.Engine.Tests.Score;

namespace CanaryStreams.Engine.Tests.Train;

public sealed class LabelledFolderTests : IDisposable
{
    private const string Header = "series_id,timestamp,value,label\n";

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _folder.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Read_InterleavedSeries_ComeInOrderOfAppearance()
    {
        _folder.Write("kpi_train.csv", Header + "b,60,1.5,0\na,60,7,1\nb,120,,1\n\na,180,nan,0\n");

        var series = LabelledFolder.Read(_folder.Root, _error)["kpi"];

        series.Select(one => one.Id).ShouldBe(["b", "a"]);
        series[0].Set.ShouldBe("kpi");
        series[0].TimesMs.ShouldBe([60_000, 120_000]);
        series[0].Values.ShouldBe([1.5, double.NaN]);
        series[0].Labels.ShouldBe([false, true]);
        series[0].Ignored.ShouldBe([false, false]);
        series[1].Values.ShouldBe([7, double.NaN]);
        _error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void Read_SeveralFiles_SetsAreNamesUpToTheFirstMark()
    {
        WriteGzip("ms.csv.gz", Header + "a,60,1,0\n");
        _folder.Write("kpi_b.csv", Header + "a,60,3,0\n");
        _folder.Write("kpi_a.csv", "label,value,timestamp,note,series_id\n1,2,1970-01-01T00:01:00Z,x,a\n");
        _folder.Write("notes.txt", "nothing to read");

        var sets = LabelledFolder.Read(_folder.Root, _error);

        sets.Keys.ShouldBe(["kpi", "ms"]);
        sets["kpi"].Select(one => one.Values[0]).ShouldBe([2, 3]);
        sets["kpi"][0].TimesMs.ShouldBe([60_000]);
        sets["kpi"][0].Labels.ShouldBe([true]);
        sets["ms"].Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("series_id,timestamp,value\nx,60,1\n", "label")]
    [InlineData("case_id,series_id,change_ts,label\nx,a,60,1\n", "timestamp")]
    public void Read_FileWithoutAColumn_IsLeftOutWithANote(string text, string missing)
    {
        _folder.Write("changes.csv", text);
        _folder.Write("kpi.csv", Header + "a,60,1,0\n");

        LabelledFolder.Read(_folder.Root, _error).Keys.ShouldBe(["kpi"]);

        _error.ToString().ShouldContain($"changes.csv: left out, it has no column '{missing}'");
    }

    [Fact]
    public void Read_NothingLabelled_SaysWhatIsExpected()
    {
        _folder.Write("changes.csv", "series_id,timestamp,value\nx,60,1\n");

        Should
            .Throw<InputException>(() => LabelledFolder.Read(_folder.Root, _error))
            .Message.ShouldBe(
                $"{_folder.Root}: no *.csv or *.csv.gz with the columns series_id, timestamp, value, label in it"
            );
    }

    [Fact]
    public void Read_NoFolder_SaysSo() =>
        Should
            .Throw<InputException>(() => LabelledFolder.Read(_folder.File("absent"), _error))
            .Message.ShouldEndWith("no such folder");

    [Theory]
    [InlineData(Header + "a,60,1,0\na,59,1,0\n", ":3: timestamp is before the last one of series 'a'")]
    [InlineData(Header + "a,soon,1,0\n", ":2: timestamp is neither")]
    [InlineData(Header + "a,60,much,0\n", ":2: value is not a number")]
    [InlineData(Header + "a,60,1,yes\n", ":2: label is not a number")]
    [InlineData(Header + "a,60,1\n", ":2: 3 fields")]
    [InlineData("", ":1: empty; a header with series_id, timestamp, value, label is expected")]
    public void Read_UnusableFile_NamesThePlace(string text, string reason)
    {
        _folder.Write("kpi.csv", text);

        Should.Throw<InputException>(() => LabelledFolder.Read(_folder.Root, _error)).Message.ShouldContain(reason);
    }

    private void WriteGzip(string name, string text)
    {
        using var writer = new StreamWriter(new GZipStream(File.Create(_folder.File(name)), CompressionLevel.Fastest));
        writer.Write(text);
    }
}
