using System.Globalization;
using System.Text;
using CanaryStreams.Cli.Score;
using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Engine.Tests.Score;

public sealed class BandColumnTests : IDisposable
{
    private const string Header = "series_id,timestamp,value,score,is_anomaly,onset,expected";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_WithBand_AppendsThreeColumnsAndChangesNoOther()
    {
        var input = Input(100);

        var plain = await Score(input, withBand: false);
        var banded = await Score(input, withBand: true);

        plain[0].ShouldBe(Header);
        banded[0].ShouldBe(Header + ",lower,upper,quality");
        banded.Select(line => string.Join(',', line.Split(',')[..7])).ShouldBe(plain);
    }

    [Fact]
    public async Task Run_WithBand_TellsYoungMissingAndKnownApart()
    {
        var lines = await Score(Input(100), withBand: true);

        // Before the first value nothing is expected.
        lines[1].ShouldEndWith(",,,,sparse");
        lines[10].ShouldEndWith(",sparse");
        lines[100].ShouldEndWith(",ok");
        lines[51].Split(',')[2].ShouldBe("");
        lines[51].ShouldEndWith(",missing");
    }

    [Fact]
    public async Task Run_WithBand_ExpectsWithinTheBandAlsoWhereTheValueIsMissing()
    {
        foreach (var line in (await Score(Input(100), withBand: true)).Skip(2))
        {
            var numbers = line.Split(',')[6..9]
                .Select(field => double.Parse(field, CultureInfo.InvariantCulture))
                .ToArray();
            numbers[1].ShouldBeLessThan(numbers[0]);
            numbers[2].ShouldBeGreaterThan(numbers[0]);
        }
    }

    /// <summary>Rows of one series, the 51st without a value.</summary>
    private string Input(int rows)
    {
        var text = new StringBuilder("series_id,timestamp,value\n");
        for (var i = 0; i < rows; i++)
            text.Append($"a,{1600000000 + (60L * i)},{(i == 50 ? "" : $"{10 + (i % 3)}")}\n");
        return _folder.Write("in.csv", text.ToString());
    }

    private async Task<string[]> Score(string input, bool withBand)
    {
        using var output = new MemoryStream();
        var job = new ScoreJob(Stream.Null, output, TextWriter.Null, isTerminal: false) { WithBand = withBand };
        (await job.RunAsync([input], null, Detectors.Default, 0.5, default)).ShouldBe(0);
        return Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n').Split('\n');
    }
}
