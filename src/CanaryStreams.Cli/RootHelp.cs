using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace CanaryStreams.Cli;

/// <summary>The program's own help: a line for each verb. A verb's help is the full one, with its example.</summary>
internal sealed class RootHelp(HelpAction ofVerbs) : SynchronousCommandLineAction
{
    public static void AddTo(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        if (option.Action is HelpAction full)
            option.Action = new RootHelp(full);
    }

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not RootCommand root)
            return ofVerbs.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(root.Description);
        output.WriteLine();
        output.WriteLine(
            "Usage: canarystreams VERB [options]      canarystreams VERB --help      canarystreams --version"
        );
        output.WriteLine();
        var width = root.Subcommands.Max(verb => verb.Name.Length);
        foreach (var verb in root.Subcommands)
            output.WriteLine($"  {verb.Name.PadRight(width)}  {FirstSentence(verb.Description ?? "")}");
        return ExitCodes.Done;
    }

    /// <summary>The first paragraph on one line, up to the end of its first sentence or clause.</summary>
    private static string FirstSentence(string description)
    {
        var paragraph = description.Split("\n\n")[0].ReplaceLineEndings(" ");
        var end = paragraph.IndexOfAny(['.', ':']);
        return end < 0 ? paragraph : paragraph[..end];
    }
}
