using System.CommandLine;
using System.CommandLine.Parsing;

namespace CanaryStreams.Cli;

/// <summary>The option <c>--seeds 1,2,3</c> of what is measured over several.</summary>
internal static class SeedsOption
{
    public static Option<ulong[]> Create(string description, ulong[] usual) =>
        new("--seeds")
        {
            Description = description,
            DefaultValueFactory = _ => usual,
            CustomParser = Parse,
            HelpName = "NUMBERS",
        };

    private static ulong[]? Parse(ArgumentResult result)
    {
        var words = string.Join(',', result.Tokens.Select(token => token.Value)).Split(',');
        var seeds = new ulong[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if (ulong.TryParse(words[i], out seeds[i]) && !seeds.AsSpan(0, i).Contains(seeds[i]))
                continue;
            result.AddError($"--seeds takes different whole numbers separated by commas, not '{words[i]}'");
            return null;
        }
        return seeds;
    }
}
