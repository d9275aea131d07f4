using System.CommandLine;

namespace CanaryStreams.Engine.Tests.CommandLine;

public class HelpTests
{
    private const string Mark = "Example: ";

    public static TheoryData<string> Verbs => [.. Walk(Cli.CommandLine.Create(), "").Select(verb => verb.Path)];

    [Fact]
    public void Verbs_AreThoseOfTheContract()
    {
        string[] contract = ["run", "demo", "replay", "score", "judge", "validate", "graph", "simulate", "rollout"];

        var verbs = Walk(Cli.CommandLine.Create(), "").Select(verb => verb.Path).ToList();
        foreach (var verb in contract.Concat(["rollout list", "rollout show", "rollout explain"]))
            verbs.ShouldContain(verb);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_OfEveryVerb_HasAnExampleThatParses(string verb)
    {
        var output = new StringWriter();

        (await Cli.CommandLine.RunAsync([.. verb.Split(' '), "--help"], output)).ShouldBe(0);

        // What stands first is the verb's own; the examples of the verbs below it follow.
        var example = output.ToString().Split('\n').First(line => line.Contains(Mark, StringComparison.Ordinal)).Trim()[
            Mark.Length..
        ];
        var words = example.Split(' ').SkipWhile(word => word.Contains('=')).ToArray();
        words[0].ShouldBe("canarystreams");
        var parsed = Cli.CommandLine.Create().Parse(words[1..]);
        parsed.Errors.ShouldBeEmpty();
        words[1].ShouldBe(verb.Split(' ')[0]);
    }

    private static IEnumerable<(string Path, Command Command)> Walk(Command command, string path)
    {
        foreach (var child in command.Subcommands)
        {
            var childPath = $"{path} {child.Name}".Trim();
            yield return (childPath, child);
            foreach (var below in Walk(child, childPath))
                yield return below;
        }
    }
}
