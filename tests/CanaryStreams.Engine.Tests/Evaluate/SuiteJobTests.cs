using System.Text;
using CanaryStreams.Cli.Evaluate;
using CanaryStreams.Core.Anomaly;
using CanaryStreams.Engine.Tests.Score;

namespace CanaryStreams.Engine.Tests.Evaluate;

public sealed class SuiteJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Run_TinySets_WritesARowForEachDetectorAndSet()
    {
        WriteSets();

        Run([.. Detectors.Names]).ShouldBe(0, _error.ToString());

        var lines = _output.ToString().Split('\n', StringSplitOptions.TrimEntries);
        lines[0].ShouldBe("# Detectors side by side");
        lines.Count(line => line.StartsWith("| `", StringComparison.Ordinal)).ShouldBe(3 * Detectors.Names.Count);
        lines.ShouldContain("2 series, 1200 points, 20 labelled; 2 series have both labels.");
        lines.ShouldContain("| detector | event-7 onset | event-7 score | PA-7 onset | PA-7 score | AP | VUS-PR |");
        // Spikes in noise are no riddle to a detector that holds nothing against a second one: all are found at its best
        // threshold, and nothing else. What the trained ones make of it depends on their weights.
        var own = lines.First(line => line.StartsWith("| `light`", StringComparison.Ordinal)).Split(" | ");
        own[1..5].ShouldAllBe(cell => cell.EndsWith("(1.000)", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_Twice_WritesTheSame()
    {
        WriteSets();
        Run(["ewma", "sr-mlnet"]).ShouldBe(0);
        var first = _output.ToString();
        _output.GetStringBuilder().Clear();

        Run(["ewma", "sr-mlnet"]).ShouldBe(0);

        _output.ToString().ShouldBe(first);
    }

    [Fact]
    public void Run_MissingSet_ExitsWithTwoBeforeAnythingIsScored()
    {
        Run(["ewma"]).ShouldBe(2);

        _error.ToString().ShouldContain("kpi_train.csv.gz: no such file");
        _output.ToString().ShouldBeEmpty();
    }

    private int Run(string[] detectors) => new SuiteJob(_output, _error).Run(_folder.Root, detectors, default);

    /// <summary>Plain text under the names of compressed files: they are told apart by what is in them.</summary>
    private void WriteSets()
    {
        foreach (var set in SuiteSet.All)
        {
            var text = new StringBuilder("series_id,timestamp,value,label\n");
            foreach (var seed in new[] { 1, 2 })
            {
                var random = new Random(seed);
                for (var i = 0; i < 600; i++)
                {
                    var isSpike = i is >= 400 and < 405 or >= 500 and < 505;
                    text.Append($"s{seed},{60 * i},{random.NextDouble() + (isSpike ? 50 : 0)},{(isSpike ? 1 : 0)}\n");
                }
            }
            _folder.Write(set.FileName, text.ToString());
        }
    }
}
