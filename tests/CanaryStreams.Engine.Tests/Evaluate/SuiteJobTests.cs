using System.Text;
using CanaryStreams.Cli.Evaluate;
using CanaryStreams.Core.Anomaly;
using CanaryStreams.Engine.Tests.CommandLine;

namespace CanaryStreams.Engine.Tests.Evaluate;

public sealed class SuiteJobTests : ConsoleTest
{
    [Fact]
    public void Run_TinySets_WritesARowForEachDetectorAndSet()
    {
        WriteSets();

        Run([.. Detectors.Names]).ShouldBe(0, Error.ToString());

        var lines = Output.ToString().Split('\n', StringSplitOptions.TrimEntries);
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
        var first = Output.ToString();
        Output.GetStringBuilder().Clear();

        Run(["ewma", "sr-mlnet"]).ShouldBe(0);

        Output.ToString().ShouldBe(first);
    }

    [Fact]
    public void Run_MissingSet_ExitsWithTwoBeforeAnythingIsScored()
    {
        Run(["ewma"]).ShouldBe(2);

        Error.ToString().ShouldContain("kpi_train.csv.gz: no such file");
        Output.ToString().ShouldBeEmpty();
    }

    private int Run(string[] detectors) => new SuiteJob(Output, Error).Run(Folder.Root, detectors, default);

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
            Folder.Write(set.FileName, text.ToString());
        }
    }
}
