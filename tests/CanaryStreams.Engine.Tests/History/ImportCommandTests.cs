using System.IO.Compression;
using System.Text;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Engine.Tests.CommandLine;

namespace CanaryStreams.Engine.Tests.History;

public sealed class ImportCommandTests : ConsoleTest
{
    private const string Csv = """
        time,rollout,app,outcome,change.lines,change.schema,cluster.name,cluster.kernel,cluster.memoryGb,metrics.error_rate.before,metrics.error_rate.after
        2026-01-02T03:00:00Z,"shop, 7",shop,good,40,true,eu-1,6.1.0,8,0.002,0.002

        2026-01-02T05:00:00Z,"shop, 7",shop,bad,40,true,us-1,4.19.0,,0.002,0.012
        """;

    private const string JsonLines = """
        {"time":"2026-01-02T03:00:00Z","rollout":"shop, 7","app":"shop","outcome":"good","change":{"lines":40,"schema":true},"cluster":{"name":"eu-1","kernel":"6.1.0","memoryGb":8},"metrics":{"error_rate":{"before":0.002,"after":0.002}}}
        {"time":"2026-01-02T05:00:00Z","rollout":"shop, 7","app":"shop","outcome":"bad","change":{"lines":40,"schema":true},"cluster":{"name":"us-1","kernel":"4.19.0"},"metrics":{"error_rate":{"before":0.002,"after":0.012}}}
        """;

    [Fact]
    public async Task History_AsCsvAsLinesOrAsAnArray_IsTheSame()
    {
        var array = $"[\n{JsonLines.Replace("}\n{", "},\n{")}\n]\n";
        foreach (var (name, text) in new[] { ("a.csv", Csv), ("b.jsonl", JsonLines), ("c.json", array) })
        {
            var output = Folder.File($"{name}.out");
            (await RunAsync("import", "history", Folder.Write(name, text), "-o", output)).ShouldBe(0, Error.ToString());
            Error.ToString().ShouldContain("2 outcomes of 1 rollouts of 1 applications in 2 clusters, 1 of them bad");
            var rows = File.ReadAllLines(output)
                .Select(line => ClusterOutcomeJson.Decode(Encoding.UTF8.GetBytes(line), out _)!)
                .ToList();
            rows.Select(row => row.Failed).ShouldBe([false, true], name);
            rows.ShouldAllBe(row => row.Rollout == "shop, 7" && row.Change.Schema && row.Change.Lines == 40);
            rows[0].Cluster.MemoryGb.ShouldBe(8);
            rows[1].Cluster.MemoryGb.ShouldBeNull();
            rows[1].Effects["error_rate"].ShouldBe(5, 1e-9);
        }
    }

    [Fact]
    public async Task History_Compressed_IsRead()
    {
        var path = Folder.File("a.csv.gz");
        await using (var file = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            await file.WriteAsync(Encoding.UTF8.GetBytes(Csv), TestContext.Current.CancellationToken);

        (await RunAsync("import", "history", path)).ShouldBe(0, Error.ToString());

        Output.ToString().Trim().Split('\n').Length.ShouldBe(2);
    }

    [Fact]
    public async Task History_AnArrayOfOneLongLine_IsRead()
    {
        var one = JsonLines.Split('\n')[0];
        var many = Enumerable.Range(0, 6000).Select(i => one.Replace("shop, 7", $"shop-{i}"));

        (await RunAsync("import", "history", Folder.Write("a.json", $"[{string.Join(',', many)}]"))).ShouldBe(
            0,
            Error.ToString()
        );

        Error.ToString().ShouldContain("6000 outcomes of 6000 rollouts");
    }

    [Fact]
    public async Task History_MoreColumnsThanAnybodyHas_IsAMistake()
    {
        var header = string.Join(',', Enumerable.Range(0, 300).Select(i => $"metrics.m{i}.before"));

        (await RunAsync("import", "history", Folder.Write("a.csv", header + "\n"))).ShouldBe(2);

        Error.ToString().ShouldContain(":1: more than 200 columns");
    }

    [Fact]
    public async Task History_WithMistakes_TellsEachWithItsLineAndWritesNothing()
    {
        var path = Folder.Write(
            "bad.csv",
            """
            time,rollout,app,outcome,cluster.name,change.lines
            2026-01-02,r1,shop,good,eu-1,10
            2026-01-02,r1,shop,good,eu-1,10
            yesterday,r2,shop,perhaps,eu-1,10
            2026-01-02,r3,shop,good,eu-1
            2026-01-02,r1,cart,bad,us-1,11
            """
        );
        var output = Folder.File("out.jsonl");

        (await RunAsync("import", "history", path, "-o", output)).ShouldBe(2);

        Error
            .ToString()
            .Trim()
            .Split('\n', StringSplitOptions.TrimEntries)
            .Order(StringComparer.Ordinal)
            .ShouldBe([
                $"{path}:3: cluster 'eu-1' of rollout 'r1' is in line 2 already",
                $"{path}:4: field 'outcome' must be 'good' or 'bad', got 'perhaps'",
                $"{path}:4: field 'time' must be an RFC 3339 time or epoch milliseconds, got \"yesterday\"",
                $"{path}:5: 5 fields where the header has 6",
                $"{path}:6: rollout 'r1' has another change in line 2",
                $"{path}:6: rollout 'r1' is of app 'shop' in line 2, of 'cart' here",
            ]);
        File.Exists(output).ShouldBeFalse();
    }

    [Theory]
    [InlineData("time,app,weather\n", ":1: unknown column 'weather'; there are rollout,")]
    [InlineData("time,app,app\n", ":1: column 'app' is there twice")]
    [InlineData("\n\n", ":1: holds no deployment")]
    [InlineData("[{},\n{},\n x]", ":3: not valid JSON")]
    [InlineData("{}\n{\"time\"\n", ":2: not valid JSON")]
    [InlineData("[{}] 3", ":1: not valid JSON")]
    [InlineData("[\n{},\n3]", ":3: expected a JSON object, got 3")]
    public async Task History_NotReadable_SaysWhere(string text, string expected)
    {
        var path = Folder.Write("history", text);

        (await RunAsync("import", "history", path)).ShouldBe(2);

        Error.ToString().ShouldContain(path + expected);
        Output.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task History_NoSuchFileOrPolicy_SaysSo()
    {
        (await RunAsync("import", "history", Folder.File("none.csv"))).ShouldBe(2);
        (await RunAsync("import", "history", Folder.Write("a.csv", Csv), "--policy", "strict")).ShouldBe(2);

        Error.ToString().ShouldContain("none.csv: no such file");
        Error.ToString().ShouldContain("There is no policy 'strict'.");
    }

    [Fact]
    public async Task TrainImpact_OfImportedHistory_WritesTheSameModelTwiceAndItsCard()
    {
        var (rows, first, second) = (Folder.File("rows.jsonl"), Folder.File("a.json"), Folder.File("b.json"));
        (await RunAsync("import", "history", Folder.Write("a.csv", Many()), "-o", rows)).ShouldBe(0, Error.ToString());

        (await RunAsync("train", "impact", rows, "-o", first)).ShouldBe(0, Error.ToString());
        (await RunAsync("train", "impact", rows, "-o", second)).ShouldBe(0, Error.ToString());

        File.ReadAllText(second).ShouldBe(File.ReadAllText(first));
        ImpactModelJson
            .Decode(await File.ReadAllBytesAsync(first, TestContext.Current.CancellationToken))
            .Rows.ShouldBe(60);
        Error.ToString().ShouldContain("60 outcomes of 30 rollouts, 16.7 % of them bad");
        Error.ToString().ShouldContain("skill against the base rate");
    }

    [Fact]
    public async Task TrainImpact_ALineThatIsNoOutcome_SaysWhere()
    {
        var rows = Folder.Write("rows.jsonl", "{\"time\":1}\n");

        (await RunAsync("train", "impact", rows)).ShouldBe(2);

        Error.ToString().ShouldContain($"{rows}:1: field 'rollout' is missing");
        Output.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task TrainImpact_OfNothing_IsWhatIsBelievedBeforehand()
    {
        (await RunAsync("train", "impact")).ShouldBe(0, Error.ToString());

        ImpactModelJson.Decode(Encoding.UTF8.GetBytes(Output.ToString())).Rows.ShouldBe(0);
        Error.ToString().ShouldContain("too few rollouts");
    }

    /// <summary>Thirty rollouts in two clusters; large ones fail where the kernel is old.</summary>
    private static string Many() =>
        "time,rollout,app,outcome,change.lines,cluster.name,cluster.kernel\n"
        + string.Concat(
            Enumerable
                .Range(0, 30)
                .SelectMany(i => new[] { (i, "eu-1", "6.1.0", false), (i, "us-1", "4.19.0", i % 3 == 0) })
                .Select(one =>
                    $"{1_700_000_000_000 + one.i * 3_600_000L},r{one.i},shop,{(one.Item4 ? "bad" : "good")},{(one.i % 3 == 0 ? 2000 : 20)},{one.Item2},{one.Item3}\n"
                )
        );
}
